export function Brand() {
  return (
    <div className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#fff" fillOpacity="0.14" />
        <path d="M10 25V8h7a5.5 5.5 0 0 1 0 11h-7" fill="none" stroke="#fff" strokeWidth="3" />
      </svg>
      Porter
    </div>
  );
}
