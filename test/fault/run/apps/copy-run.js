// The smallest run that can be resumed, to try the drivers on: each part is a file of numbers. Started as
// `node copy-run.js <output> <parts> <ms a part> [fault]`; with a fault it does one thing as it must not be done.
import { randomBytes } from 'node:crypto'
import fs, { promises } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

const [output = '', parts = '4', partMs = '20', fault = ''] = process.argv.slice(2)
const leaseMs = 30_000
const own = join(output, '_cascade')
const [commits, epochs] = [join(own, 'commits'), join(own, 'epochs')]
const token = randomBytes(4).toString('hex')

try {
  fs.mkdirSync(commits, { recursive: true })
  fs.mkdirSync(epochs, { recursive: true })
  const epoch = fault === 'no-lock' ? 0 : takeEpoch()
  if (fault !== 'litter') sweep()
  for (let part = 0; part < Number(parts); part++) {
    const name = String(part).padStart(5, '0')
    if (fs.existsSync(join(commits, `${name}.json`))) continue
    await writePart(name, part, epoch)
  }
  fs.writeFileSync(join(output, '_SUCCESS'), '')
  fs.rmSync(join(epochs, `${epoch}.json`), { force: true })
} catch (error) {
  console.error(String(error))
  process.exitCode = error.exitCode ?? 1
}

function takeEpoch() {
  const newest =
    fs
      .readdirSync(epochs)
      .map(Number.parseFloat)
      .toSorted((a, b) => a - b)
      .at(-1) ?? 0
  const held = join(epochs, `${newest}.json`)
  if (newest > 0) {
    const { pid, host } = JSON.parse(fs.readFileSync(held, 'utf8'))
    const isSilent = Date.now() - fs.statSync(held).mtimeMs > leaseMs
    if (!isSilent && isAlive(pid)) throw locked(`held by process ${pid} on host ${host}`)
  }
  const proposal = join(own, `.epoch-${token}.tmp`)
  fs.writeFileSync(proposal, JSON.stringify({ pid: process.pid, host: hostname() }))
  fs.linkSync(proposal, join(epochs, `${newest + 1}.json`))
  fs.unlinkSync(proposal)
  return newest + 1
}

async function writePart(name, part, epoch) {
  const temporary = join(output, `.part-${name}-${token}.tmp`)
  const final = `part-${name}-${token}.txt`
  const path = fault === 'in-place' ? join(output, final) : temporary
  const file = await promises.open(path, 'w')
  const text = fault === 'drift' ? `${process.pid}\n`.repeat(4000) : `${part}\n`.repeat(4000)
  try {
    for (let piece = 0; piece < 2; piece++) {
      await pause(Number(partMs) / 2)
      await file.write(text)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  assertNewest(epoch, temporary)
  if (fault !== 'in-place') fs.renameSync(temporary, join(output, final))
  const record = { files: [{ name: final, byteLength: 2 * text.length }], rejectFiles: [] }
  const proposal = join(own, `.record-${token}.tmp`)
  fs.writeFileSync(proposal, JSON.stringify(record))
  fs.linkSync(proposal, join(commits, `${name}.json`))
  fs.unlinkSync(proposal)
}

function assertNewest(epoch, temporary) {
  if (fault === 'no-fence' || fault === 'no-lock') return
  if (!fs.readdirSync(epochs).some((name) => Number.parseFloat(name) > epoch) && !isOver()) return
  fs.rmSync(temporary, { force: true })
  throw locked('taken over')
}

function isOver() {
  return fs.existsSync(join(output, '_SUCCESS'))
}

/** What an earlier run left behind. */
function sweep() {
  const known = fs.readdirSync(commits).flatMap((name) => {
    return JSON.parse(fs.readFileSync(join(commits, name), 'utf8')).files.map((file) => file.name)
  })
  for (const name of fs.readdirSync(output)) {
    if (/^\.?part-/.test(name) && !known.includes(name)) fs.rmSync(join(output, name))
  }
  for (const name of fs.readdirSync(own)) if (name.endsWith('.tmp')) fs.rmSync(join(own, name))
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function locked(reason) {
  return Object.assign(new Error(`the output is locked: ${reason}`), { exitCode: 5 })
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
