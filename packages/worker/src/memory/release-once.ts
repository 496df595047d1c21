/** How something that was lent is given back: once, however often its holder says so. */
export function releaseOnce(release: () => void): () => void {
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    release()
  }
}
