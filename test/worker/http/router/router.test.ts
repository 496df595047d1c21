import { parsePathTemplate } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { Router } from '../../../../packages/worker/dist/http/router.js'

function routerOf(...routes: readonly (readonly [method: string, path: string])[]): Router<string> {
  const router = new Router<string>()
  for (const [method, path] of routes) router.add(method, parsePathTemplate(path), `${method} ${path}`)
  return router
}

describe('routes', () => {
  test('R011 two paths route independently, and a trailing slash makes another path', () => {
    const router = routerOf(['POST', '/a/{x}/'], ['POST', '/b'], ['POST', '/c/'])

    expect(router.find('POST', '/a/1/')).toEqual({ kind: 'route', value: 'POST /a/{x}/', params: { x: '1' } })
    expect(router.find('POST', '/a/1')).toEqual({ kind: 'not-found' })
    expect(router.find('POST', '/b')).toMatchObject({ value: 'POST /b' })
    expect(router.find('POST', '/b/')).toEqual({ kind: 'not-found' })
    expect(router.find('POST', '/c/')).toMatchObject({ value: 'POST /c/' })
    expect(router.find('POST', '/c')).toEqual({ kind: 'not-found' })
  })

  test.each([
    ['/a', '/a'],
    ['/a/{x}', '/a/{x}'],
    ['/a/{x}', '/a/{y}'],
  ])('R012 "%s" and "%s" with one method are refused by name', (path, again) => {
    const router = routerOf(['POST', path], ['GET', path])

    expect(() => router.add('POST', parsePathTemplate(again), 'again')).toThrow(
      expect.objectContaining({ code: 'ROUTE_DUPLICATE', message: `"POST ${again}" is registered already` }),
    )
  })

  test('R013 a parameter is one segment that is not empty, decoded once, and never leads out of it', () => {
    const router = routerOf(['POST', '/m/{region}/x'])

    expect(router.find('POST', '/m/US%2DCA/x')).toMatchObject({ params: { region: 'US-CA' } })
    expect(router.find('POST', '/m/a%252Fb/x')).toMatchObject({ params: { region: 'a%2Fb' } })
    expect(router.find('POST', '/m//x')).toEqual({ kind: 'not-found' })
    expect(router.find('POST', '/m/a/b/x')).toEqual({ kind: 'not-found' })
    for (const bad of ['a%2Fb', 'a%00', '%2E%2E', '%FF']) {
      expect(() => router.find('POST', `/m/${bad}/x`)).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }))
    }
  })

  test('a known path with another method tells which it takes', () => {
    const router = routerOf(['POST', '/a'], ['GET', '/a'], ['POST', '/t/{x}'], ['PUT', '/t/{y}'])

    expect(router.find('DELETE', '/a')).toEqual({ kind: 'method-not-allowed', allow: ['POST', 'GET', 'HEAD'] })
    expect(router.find('GET', '/t/1')).toEqual({ kind: 'method-not-allowed', allow: ['POST', 'PUT'] })
    expect(router.find('PUT', '/t/1')).toMatchObject({ value: 'PUT /t/{y}', params: { y: '1' } })
  })

  test('HEAD is answered wherever GET is', () => {
    const router = routerOf(['GET', '/a'], ['GET', '/t/{x}'], ['POST', '/p'])

    expect(router.find('HEAD', '/a')).toMatchObject({ value: 'GET /a' })
    expect(router.find('HEAD', '/t/1')).toMatchObject({ value: 'GET /t/{x}' })
    expect(router.find('HEAD', '/p')).toMatchObject({ kind: 'method-not-allowed' })
  })

  test('the more exact route goes first, whatever the order of registration', () => {
    const router = routerOf(
      ['POST', '/{a}/{b}'],
      ['POST', '/{a}/x'],
      ['POST', '/m/v{b}'],
      ['POST', '/m/{b}'],
      ['POST', '/m/x'],
    )

    expect(router.find('POST', '/m/x')).toMatchObject({ value: 'POST /m/x' })
    expect(router.find('POST', '/m/v1')).toMatchObject({ value: 'POST /m/v{b}' })
    expect(router.find('POST', '/m/1')).toMatchObject({ value: 'POST /m/{b}' })
    expect(router.find('POST', '/o/x')).toMatchObject({ value: 'POST /{a}/x' })
    expect(router.find('POST', '/o/1')).toMatchObject({ value: 'POST /{a}/{b}' })
  })

  test('a method that the more exact route lacks is looked for in the others', () => {
    const router = routerOf(['GET', '/m/x'], ['POST', '/m/{b}'])

    expect(router.find('POST', '/m/x')).toMatchObject({ value: 'POST /m/{b}', params: { b: 'x' } })
    expect(router.find('PUT', '/m/x')).toEqual({ kind: 'method-not-allowed', allow: ['GET', 'HEAD', 'POST'] })
  })

  test('names that every object inherits are plain names', () => {
    const router = routerOf(['POST', '/{constructor}'])

    expect(router.find('toString', '/constructor')).toMatchObject({ kind: 'method-not-allowed' })
    expect(router.find('POST', '/__proto__')).toMatchObject({ params: { constructor: '__proto__' } })
  })
})
