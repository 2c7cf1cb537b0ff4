/** Of a command that was sent once and never repeated. */
export const NOT_DELIVERED =
  'Not delivered, or not answered in 5 s: its effect is unknown. Nothing is repeated; look before you try again.';
