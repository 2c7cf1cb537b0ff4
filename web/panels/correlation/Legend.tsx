/** What the colours mean; the gradient itself is the theme's. */
export function Legend({ isChange }: { readonly isChange: boolean }) {
  return (
    <div
      className="legend"
      role="img"
      aria-label={
        isChange
          ? "Colours: violet is ρ fallen by 1 or more, the panel's ground is no change, green is ρ risen by 1 or more; hatched is unknown."
          : "Colours: blue is ρ −1, the panel's ground is 0, orange is +1; hatched is unknown."
      }
    >
      <span aria-hidden>−1</span>
      <span className={isChange ? 'legend-ramp legend-change' : 'legend-ramp'} aria-hidden />
      <span aria-hidden>+1</span>
    </div>
  );
}
