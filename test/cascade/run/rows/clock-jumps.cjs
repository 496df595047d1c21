// Loaded into every thread of a process: its clock of the day is an hour ahead, and an hour behind, by turns.
const { appendFileSync } = require('node:fs')

const hourMs = 3_600_000
const realNow = Date.now
let asked = 0

Date.now = () => {
  asked++
  if (asked === 1) appendFileSync(process.env.JUMPS, 'asked\n')
  return realNow() + (asked % 2 === 0 ? hourMs : -hourMs)
}
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(Date.now())
    else super(...given)
  }
}
