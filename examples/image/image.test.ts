import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { decode, name } from './app.ts'
import { type Picture, readPpm, writePpm } from './read-ppm.ts'
import { encodeColourModel } from './write-model.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

function plain(width: number, height: number, colour: readonly [number, number, number]): Picture {
  return {
    width,
    height,
    pixels: Uint8Array.from({ length: width * height * 3 }, (_, index) => colour[index % 3] ?? 0),
  }
}

async function send(body: Uint8Array): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(new URL('/label', app.url), {
    method: 'POST',
    headers: { 'content-type': 'image/x-portable-pixmap' },
    body: new Uint8Array(body),
  })
  return { status: response.status, body: await response.json() }
}

test('a picture sent as it is comes back as a label, through a decoder and a model', async () => {
  const pictures = [plain(8, 8, [250, 10, 10]), plain(300, 200, [0, 200, 40]), plain(3, 5, [1, 2, 255])]

  const answers = await Promise.all(pictures.map((picture) => send(writePpm(picture))))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.map(({ body }) => body)).toMatchObject([{ label: 'red' }, { label: 'green' }, { label: 'blue' }])
})

test('the same picture in JSON is base64', async () => {
  const image = Buffer.from(writePpm(plain(8, 8, [0, 255, 0]))).toString('base64')

  expect((await app.post('/label', { image })).body).toMatchObject({ label: 'green', score: expect.closeTo(0.995, 2) })
})

test('a file that is no picture is refused, and others that come with it are not', async () => {
  const good = writePpm(plain(20, 20, [0, 0, 255]))

  const [wrong, cut, right] = await Promise.all([send(Buffer.from('GIF89a')), send(good.subarray(0, 900)), send(good)])

  expect([wrong.status, cut.status, right.status]).toEqual([400, 400, 200])
  expect(wrong.body).toMatchObject({ error: { message: 'bad request: the image is no binary PPM (P6)' } })
})

test('stages answer in a script too', async () => {
  const [row] = await decode([{ image: writePpm(plain(16, 16, [255, 0, 51])) }])

  expect(row?.dots.slice(0, 3)).toEqual([1, 0, expect.closeTo(0.2, 5)])
  expect(await name([{ scores: [0.1, 0.2, 0.7] }])).toEqual([{ label: 'blue', score: expect.closeTo(0.7, 5) }])
})

test('a file with comments in its head is read', () => {
  const file = Buffer.concat([Buffer.from('P6 # made\n# by hand\n 1\n2 255\n'), Buffer.of(1, 2, 3, 4, 5, 6)])

  expect(readPpm(file)).toEqual({ width: 1, height: 2, pixels: Buffer.of(1, 2, 3, 4, 5, 6) })
})

test('the file of the model is what the script writes', async () => {
  const file = await readFile(new URL('./model.onnx', import.meta.url))

  expect(Buffer.from(encodeColourModel()).equals(file)).toBe(true)
})
