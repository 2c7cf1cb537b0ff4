/** Migrations are bundled as text, so that the built program needs no folder beside it. */
declare module '*.sql?raw' {
  const text: string;
  export default text;
}
