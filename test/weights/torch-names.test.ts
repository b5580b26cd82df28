// Everything that is not on the closed list of names is refused by name, and run by nobody.

import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rawFile, refusal } from './files.js'
import { call, op, type Pushed, push } from './pickles.js'
import { archive, storage, vector, view } from './torch-files.js'

function reasonOf(object: Pushed): Promise<string> {
  return refusal(rawFile(archive(object), 'made.pt'))
}

describe('names that are not on the list', () => {
  test.each([
    'os.system',
    'posix.system',
    'nt.system',
    'subprocess.Popen.__init__',
    'builtins.eval',
    'builtins.exec',
    '__builtin__.eval',
    'builtins.getattr',
    'builtins.__import__',
    'functools.partial',
    'operator.attrgetter.x',
    'numpy.core.multiarray.scalar',
    'numpy._core.multiarray._reconstruct',
    'torch.storage._load_from_bytes',
    'torch._utils._rebuild_sparse_tensor',
    'torch._utils._rebuild_qtensor',
    'torch.load',
    'torch.hub.load',
    '__proto__.toString',
    'constructor.constructor',
    'collections.OrderedDict.__init__',
    'collections.orderedDict',
  ])('%s', async (name) => {
    const reason = await reasonOf({ a: vector(), b: call(name, 'touch /tmp/PWNED_BY_WEIGHTS') })
    const words = ` ${JSON.stringify(name)}, and no state_dict needs that; nothing of it was run. Where you trust it, `
    expect(reason).toContain(words)
    expect(reason).toMatch(/^its pickle calls "/)
    expect(existsSync('/tmp/PWNED_BY_WEIGHTS')).toBe(false)
  })

  test.each([
    'torch.nn.modules.conv.Conv2d',
    'torch.nn.Module',
    'torchvision.models.resnet.ResNet',
    '__main__.Net',
    'argparse.Namespace',
    'collections.Counter.Counter',
    'torch.optim.adam.Adam',
    'Net',
  ])('the class %s', async (name) => {
    const dot = name.lastIndexOf('.')
    const module = name.slice(0, Math.max(dot, 0))
    const made = Buffer.concat([op.GLOBAL(module, name.slice(dot + 1)), op.EMPTY_TUPLE, op.REDUCE])
    expect(await reasonOf({ a: vector(), b: made })).toMatch(
      /^it holds an object of the class "[\w.]*" \(a whole pickled model, or settings of its training\), and no/,
    )
  })

  test('a name that is not called is refused too, and so is one from the stack', async () => {
    expect(await reasonOf({ b: op.GLOBAL('os', 'system') })).toContain('its pickle calls "os.system"')
    const onStack = Buffer.concat([push('os'), push('system'), op.STACK_GLOBAL])
    expect(await reasonOf(onStack)).toContain('its pickle calls "os.system"')
  })

  test('a name of a megabyte, or one that a terminal would obey, is cut or escaped', async () => {
    const long = Buffer.concat([push('x.'.repeat(500_000)), push('Y'.repeat(500_000)), op.STACK_GLOBAL])
    expect((await reasonOf(long)).length).toBeLessThan(1000)
    expect(await reasonOf(op.GLOBAL('\u001b[2J', 'x'))).toContain('"\\u001b[2J.x"')
  })

  test.each(['QInt8Storage', 'ComplexFloatStorage', 'UntypedStorage', 'Storage', 'cuda.ComplexHalfStorage'])(
    'the storage type %s',
    async (type) => {
      expect(await reasonOf({ a: view(storage('0', 2, type), 0, [2], [1]) })).toBe(
        `it has values of the unknown storage type "torch.${type}". Convert it in Python: tensor.float().`,
      )
    },
  )
})
