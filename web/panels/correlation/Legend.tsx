/** What the colours mean; the gradient itself is the theme's. */
export function Legend() {
  return (
    <div
      className="legend"
      role="img"
      aria-label="Colours: blue is ρ −1, the panel's ground is 0, orange is +1; hatched is unknown."
    >
      <span aria-hidden>−1</span>
      <span className="legend-ramp" aria-hidden />
      <span aria-hidden>+1</span>
    </div>
  );
}
