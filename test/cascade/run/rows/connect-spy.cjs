// Loaded into every thread of a process: tells the file SPIED that it is there, and every attempt to reach a network.
const { appendFileSync } = require('node:fs')
const dgram = require('node:dgram')
const dns = require('node:dns')
const net = require('node:net')
const { threadId } = require('node:worker_threads')

const tell = (what) => appendFileSync(process.env.SPIED, `${JSON.stringify({ pid: process.pid, threadId, what })}\n`)

function spyOn(owner, name, what) {
  const real = owner[name]
  owner[name] = function (...given) {
    tell(`${what} ${String(JSON.stringify(given[0]))}`)
    return real.apply(this, given)
  }
}

tell('watches')
spyOn(net.Socket.prototype, 'connect', 'connect')
spyOn(dgram.Socket.prototype, 'send', 'send')
for (const owner of [dns, dns.promises]) for (const name of ['lookup', 'resolve']) spyOn(owner, name, name)
