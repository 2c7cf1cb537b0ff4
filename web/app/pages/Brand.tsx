/** The name with its mark (`public/icon.svg`), drawn here: no picture to fetch from a server that may be gone. */
export function Brand() {
  return (
    <p className="card-brand">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#151a20" />
        <g fill="none" strokeWidth="2.6" strokeLinecap="round">
          <path d="M8 21V13M16 24V8M24 19v-6" stroke="#5aa9e6" />
          <path d="M5 17h6M13 12h6M21 16h6" stroke="#e8edf2" />
        </g>
      </svg>
      CWTS Ultra Console
    </p>
  );
}
