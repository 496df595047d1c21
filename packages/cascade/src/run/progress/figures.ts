/** `1234567` → `1,234,567` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** A count in at most five letters: `950`, `12.3 k`, `1.24 M`. */
export function formatShort(count: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (count >= size * 0.9995) return `${threeDigits(count / size)} ${unit}`
  }
  return String(Math.round(count))
}

/** `412.3 MiB`: for reading, not for giving as an option. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= size) return `${threeDigits(bytes / size)} ${unit}`
  }
  return `${Math.round(bytes)} B`
}

/** `0:42`, `12:05`, `3:07:00`: minutes and seconds, and hours where there are any. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = String(seconds % 60).padStart(2, '0')
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`
}

/** `0.34 s`, `12.3 s`, then as `formatDuration`. */
export function formatElapsed(ms: number): string {
  return ms < 59_950 ? `${threeDigits(ms / 1000)} s` : formatDuration(ms)
}

/** `7` and `part` → `7 parts` */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
}
