/** Whether PostgreSQL can hold a text: no NUL (its text and jsonb have none), no half of a surrogate pair (jsonb refuses it). */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
