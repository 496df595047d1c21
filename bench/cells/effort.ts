/** How long and how often a cell measures. */
export interface Effort {
  readonly rounds: number
  readonly seconds: number
  /** Only to see that everything runs: the figures say nothing. */
  readonly isShort: boolean
}

export const fullEffort: Effort = { rounds: 5, seconds: 3, isShort: false }
export const shortEffort: Effort = { rounds: 1, seconds: 1, isShort: true }
