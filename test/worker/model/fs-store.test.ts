import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parsePathTemplate } from '@redesmyn/core'
import { fsStore } from '@redesmyn/worker'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fs-store-'))
  await mkdir(join(folder, 'models/US'), { recursive: true })
  await writeFile(join(folder, 'models/US/model.onnx'), 'twelve bytes')
  await writeFile(join(folder, 'secret'), 'secret')
})

afterEach(() => rm(folder, { recursive: true }))

test('a relative folder is taken from the folder of the app, an absolute one and a URL as they are', async () => {
  const path = join(folder, 'models/US/model.onnx')
  const expected = { path, byteLength: 12, version: expect.any(String), modifiedAtMs: expect.any(Number) }
  const absolute = join(folder, 'models')

  expect(await fsStore('./models').stat('/US/model.onnx', folder)).toEqual(expected)
  expect(await fsStore(absolute).stat('/US/model.onnx', '/elsewhere')).toEqual(expected)
  expect(await fsStore(pathToFileURL(absolute)).stat('/US/model.onnx', '/elsewhere')).toEqual(expected)
})

test('a folder may be an artifact: its files count', async () => {
  const stat = () => fsStore('models').stat('/US', folder)
  const before = await stat()
  await writeFile(join(folder, 'models/US/labels.txt'), 'four')
  const after = await stat()

  expect(before?.byteLength).toBe(12)
  expect(after?.byteLength).toBe(16)
  expect(after?.version).not.toBe(before?.version)
})

test.each(['/GB/model.onnx', '/US/model.onnx/deeper', `/${'x'.repeat(300)}/model.onnx`])(
  'nothing lies at %s',
  async (path) => {
    expect(await fsStore('models').stat(path, folder)).toBeUndefined()
  },
)

test('a folder that does not exist holds nothing', async () => {
  expect(await fsStore('nowhere').stat('/US/model.onnx', folder)).toBeUndefined()
})

describe('outside the folder nothing exists', () => {
  test('whatever the path says', async () => {
    expect(await fsStore('models').stat('/../secret', folder)).toBeUndefined()
    expect(await fsStore('models').stat('/..', folder)).toBeUndefined()
    expect(await fsStore('models').stat('/', folder)).toBeUndefined()
  })

  test('behind a symbolic link to a file, to a folder, or to a folder whose name begins the same', async () => {
    await mkdir(join(folder, 'models-private'))
    await writeFile(join(folder, 'models-private/model.onnx'), 'x')
    await symlink(join(folder, 'secret'), join(folder, 'models/file.onnx'))
    await symlink(folder, join(folder, 'models/parent'))
    await symlink(join(folder, 'models-private'), join(folder, 'models/private'))

    for (const path of ['/file.onnx', '/parent/secret', '/private/model.onnx']) {
      expect(await fsStore('models').stat(path, folder), path).toBeUndefined()
    }
  })

  test('a link that stays inside, and a link to the folder itself, are followed', async () => {
    await symlink('US', join(folder, 'models/latest'))
    await symlink(join(folder, 'models'), join(folder, 'link'))

    expect(await fsStore('models').stat('/latest/model.onnx', folder)).toMatchObject({ byteLength: 12 })
    expect(await fsStore('link').stat('/US/model.onnx', folder)).toMatchObject({ byteLength: 12 })
  })

  test('a circle of links is nothing', async () => {
    await symlink('circle', join(folder, 'models/circle'))

    expect(await fsStore('models').stat('/circle', folder)).toBeUndefined()
  })
})

test('the version changes when the file is replaced by another of the same size, and not otherwise', async () => {
  const version = async () => (await fsStore('models').stat('/US/model.onnx', folder))?.version
  const [before, again] = [await version(), await version()]
  await writeFile(join(folder, 'new'), 'other bytes!')
  await rename(join(folder, 'new'), join(folder, 'models/US/model.onnx'))

  expect(again).toBe(before)
  expect(await version()).not.toBe(before)
})

describe('listing', () => {
  const keys = async (template: string) => {
    const listed = await fsStore('models').list?.(parsePathTemplate(template), folder)
    return listed?.map(({ key }) => key).toSorted()
  }

  test('finds what a template matches, as it is found one by one', async () => {
    await mkdir(join(folder, 'models/GB'))
    await writeFile(join(folder, 'models/GB/model.onnx'), 'x')
    await writeFile(join(folder, 'models/GB/readme.txt'), 'x')
    await writeFile(join(folder, 'models/model.onnx'), 'x')

    expect(await keys('/{country}/model.onnx')).toEqual(['/GB/model.onnx', '/US/model.onnx'])
    expect(await keys('/{country}/{name}.txt')).toEqual(['/GB/readme.txt'])
    expect(await keys('/{name}')).toEqual(['/GB', '/US', '/model.onnx'])
    expect(await keys('/US/{a}/{b}')).toEqual([])
    const [listed] = (await fsStore('models').list?.(parsePathTemplate('/US/{name}'), folder)) ?? []
    expect(listed).toEqual({ key: '/US/model.onnx', ...(await fsStore('models').stat('/US/model.onnx', folder)) })
  })

  test('looks at nothing outside the folder, and finds nothing in one that does not exist', async () => {
    await symlink(join(folder, 'secret'), join(folder, 'models/secret'))
    await symlink(folder, join(folder, 'models/parent'))
    await symlink('circle', join(folder, 'models/circle'))

    expect(await keys('/{name}')).toEqual(['/US'])
    expect(await keys('/{name}/{file}')).toEqual(['/US/model.onnx'])
    expect(await fsStore('nowhere').list?.(parsePathTemplate('/{name}'), folder)).toEqual([])
  })
})
