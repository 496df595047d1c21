import type { Picture } from './read-ppm.ts'

/** A picture of `side` × `side` dots as numbers from 0 to 1: each dot the mean of the pixels that it stands for. */
export function shrink({ width, height, pixels }: Picture, side: number): Float32Array {
  const dots = new Float32Array(side * side * 3)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [top, bottom] = share(row, side, height)
      const [left, right] = share(column, side, width)
      const count = (bottom - top) * (right - left) * 255
      for (let y = top; y < bottom; y++) {
        for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at++) {
          dots[(row * side + column) * 3 + ((at - y * width * 3) % 3)] += pixels[at] / count
        }
      }
    }
  }
  return dots
}

/** The part of `length` pixels that dot `index` of `count` stands for: at least one. */
function share(index: number, count: number, length: number): readonly [from: number, to: number] {
  const from = Math.min(length - 1, Math.floor((index * length) / count))
  return [from, Math.max(from + 1, Math.floor(((index + 1) * length) / count))]
}
