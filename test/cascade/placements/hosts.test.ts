import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OutputState } from '../../fault/run/read-output.ts'
import { Hosts } from '../../network/hosts.ts'
import { IdsRun, undisturbed } from './ids-run.ts'

const whyNot = Hosts.whyNot()
const downMs = 3000
const listen = 'http://0.0.0.0:8443'

describe.skipIf(whyNot !== undefined)(
  `hosts as network namespaces${whyNot === undefined ? '' : `: ${whyNot}`}`,
  {
    timeout: 180_000,
  },
  () => {
    let hosts: Hosts
    let ids: IdsRun
    let expected: OutputState

    beforeAll(async () => {
      hosts = Hosts.make(1)
      expected = await undisturbed()
    }, 120_000)
    afterAll(() => hosts.remove())
    beforeEach(() => {
      ids = new IdsRun()
    })
    afterEach(async () => {
      hosts.link(0, 'up')
      await ids.end()
    })

    async function serve(stage: string): Promise<{ readonly url: string; readonly pid: number }> {
      const [{ address, enter }] = hosts.hosts
      const { process } = await ids.serve(stage, listen, { flags: ['--insecure'], enter })
      return { url: listen.replace('0.0.0.0', address), pid: process.pid }
    }

    /** Calls are on their way, and their answers are not. */
    async function hold(): Promise<void> {
      await ids.called(60)
      ids.pace('hold')
      await ids.called(ids.calls.length + 1)
    }

    test('C53 a stage on another host: the same bytes', async () => {
      const { url, pid } = await serve('score')

      const { code } = await ids.run('scored', ['--place', `score=host:${url}`], { enter: hosts.hub.enter }).ended

      expect(code).toBe(0)
      expect(ids.wrongsOf('scored', expected)).toEqual([])
      expect(ids.calls.every((call) => call.pid === pid)).toBe(true)
    })

    test.each([
      ['while calls are on their way', 'hold'],
      ['while some begin', 100],
    ] as const)('C53 its link down for 3 s, %s: the same bytes', async (_, pace) => {
      const { url } = await serve('score')
      ids.pace(20)
      const run = ids.run('scored', ['--place', `score=host:${url}`], { enter: hosts.hub.enter })
      if (pace === 'hold') await hold()
      else await ids.called(60)

      hosts.link(0, 'down')
      ids.pace(0)
      const begun = ids.calls.length
      await new Promise((resolve) => setTimeout(resolve, downMs))
      const begunMeanwhile = ids.calls.length - begun
      hosts.link(0, 'up')
      const end = await run.ended

      expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
      expect(begunMeanwhile).toBeLessThanOrEqual(4)
      expect(ids.wrongsOf('scored', expected)).toEqual([])
    })

    test('a call of a stage with effects "once" whose link goes down is not made again, and the run says so', async () => {
      const { url } = await serve('send')
      const options = { env: { IDS_URLS: url }, enter: hosts.hub.enter }
      ids.pace(5)
      const run = ids.run('sent', [], options)
      await hold()

      hosts.link(0, 'down')
      const { code, stderr } = await run.ended
      hosts.link(0, 'up')
      ids.pace(0)

      const again = await ids.run('sent', [], options).ended
      const keys = ids.calls.map(({ key }) => key)

      expect(code).toBe(6)
      expect(stderr).toContain('its effects are "once" and it may have run')
      expect(new Set(keys).size).toBe(keys.length)
      expect(again.code).toBe(0)
      expect(ids.wrongsOf('sent', expected)).toEqual([])
    })
  },
)
