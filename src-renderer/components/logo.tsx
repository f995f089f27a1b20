/** The mark: a keyhole in a rounded square. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-teal-8)" />
      <path d="M16 7.200a5 5 0 0 0-2.700 9.200L12 24.400h8l-1.300-8A5 5 0 0 0 16 7.200z" fill="#f4f7f6" />
    </svg>
  );
}
