/** Quotes, backslashes, control characters and surrogates: whatever JSON.stringify may have to escape. */
const mayNeedEscape = /["\\\u0000-\u001f\ud800-\udfff]/

/** A text as JSON.stringify writes it; most need nothing but the quotes. */
export function writeJsonString(text: string): string {
  return mayNeedEscape.test(text) ? JSON.stringify(text) : `"${text}"`
}
