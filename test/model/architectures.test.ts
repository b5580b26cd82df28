import { describe, expect, it } from 'vitest'
import { ARCHITECTURE_NAMES, architectures } from '../../lib/model/index.js'
import { native } from '../../lib/native/index.js'

describe.each(ARCHITECTURE_NAMES)('%s', (architecture) => {
  const { groups } = architectures[architecture]

  it('has each layer of the trunk in one group, and its groups in forward order', () => {
    const head = { kind: 'classifier', classes: 2, dropout: 0 } as const
    const { layers } = native().describeNetwork({ architecture, head })
    const owners = layers
      .filter(({ part }) => part === 'trunk')
      .map(({ name }) => groups.filter((group) => name === group || name.startsWith(`${group}.`)))
    for (const owner of owners) expect(owner).toHaveLength(1)
    const inOrder = owners.flat().filter((group, index, all) => group !== all[index - 1])
    expect(inOrder).toEqual(groups)
  })

  it('shares no group with another network', () => {
    const others = ARCHITECTURE_NAMES.filter((name) => name !== architecture)
    for (const other of others) {
      const shared = (architectures[other].groups as readonly string[]).filter((group) =>
        (groups as readonly string[]).includes(group),
      )
      expect(shared).toEqual([])
    }
  })
})
