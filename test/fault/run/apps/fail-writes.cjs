// Loaded before a command: of the writes to files of parts within a folder every so many one fails, in any thread.
const fs = require('node:fs')
const { basename } = require('node:path')

const every = Number(process.env.FAIL_WRITES_EVERY)
const within = process.env.FAIL_WRITES_WITHIN
const counter = process.env.FAIL_WRITES_COUNT
const readOnly = new Set(['r', undefined, fs.constants.O_RDONLY])
const watched = new WeakSet()

function isPart(path) {
  return String(path).startsWith(within) && /part-/.test(basename(path)) && !path.endsWith('.json')
}

/** The count is the length of a file, so that all threads and later runs count on. */
function mayFail(path) {
  fs.appendFileSync(counter, '.')
  const count = fs.statSync(counter).size
  if (count % every !== 0) return
  const error = new Error(`EIO: i/o error, write '${path}'`)
  throw Object.assign(error, { code: 'EIO', errno: -5, syscall: 'write' })
}

const { open } = fs.promises
fs.promises.open = async (path, flags, mode) => {
  const file = await open(path, flags, mode)
  if (!readOnly.has(flags) && isPart(path)) watch(file, path)
  return file
}

function watch(file, path) {
  if (watched.has(file)) return
  watched.add(file)
  for (const name of ['write', 'writev', 'writeFile', 'sync', 'datasync']) {
    const original = file[name].bind(file)
    file[name] = async (...args) => {
      mayFail(path)
      return await original(...args)
    }
  }
}

for (const name of ['writeSync', 'writevSync', 'fsyncSync', 'fdatasyncSync']) {
  const original = fs[name]
  fs[name] = (fd, ...args) => {
    const path = pathOf(fd)
    if (path !== undefined && isPart(path)) mayFail(path)
    return original(fd, ...args)
  }
}

function pathOf(fd) {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return undefined
  }
}

// Modules that import these names see what they are now.
require('node:module').syncBuiltinESMExports()
