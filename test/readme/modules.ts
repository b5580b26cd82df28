// Code blocks as modules of a project that has installed the package: each below the imports that its document leaves out.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './markdown.js'

/** Such as a code block of a document. */
export interface Example {
  readonly place: string
  readonly text: string
}

export interface Module {
  readonly example: Example
  readonly file: string
  /** What the example leaves out, in one line; its own words begin in the next one. */
  readonly imports: string
}

/** "Cannot find name", the same with a suggestion or for `test`, and "No value exists in scope for the shorthand property". */
const NOT_FOUND = new Set([2304, 2552, 2582, 2593, 18004])

const standIns = join(root, 'test/readme/stand-ins.ts')

/** Makes a folder in which `@facecls/torch` is found as where it is installed. */
export function makeProject(folder: string): void {
  mkdirSync(join(folder, 'node_modules/@facecls'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules/@facecls/torch'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
}

/** Writes a file for each example into the folder of a project. */
export function writeModules(folder: string, examples: readonly Example[]): Module[] {
  const bare = examples.map((example, index) => {
    const file = join(folder, `${String(index + 1).padStart(3, '0')}.ts`)
    writeFileSync(file, moduleText('', example.text))
    return { example, file }
  })
  const program = programOf([...bare.map(({ file }) => file), standIns])
  const known = {
    package: exportsOf(program, join(root, 'dist/index.d.ts')),
    standIns: exportsOf(program, standIns),
  }
  return bare.map(({ example, file }) => {
    const missing = new Set(
      diagnosticsOf(program, file)
        .filter(({ code }) => NOT_FOUND.has(code))
        .map(({ file: source, start, length }) => source?.text.slice(start, (start ?? 0) + (length ?? 0))),
    )
    const ofPackage = known.package.filter((name) => missing.has(name))
    const stoodIn = known.standIns.filter((name) => missing.has(name))
    const imports = [
      ...(ofPackage.length > 0 ? [`import { ${ofPackage.join(', ')} } from '@facecls/torch'`] : []),
      ...(stoodIn.length > 0 ? [`import { ${stoodIn.join(', ')} } from '${standIns}'`] : []),
    ].join('; ')
    writeFileSync(file, moduleText(imports, example.text))
    return { example, file, imports }
  })
}

/** What the type checker says of them, a line an error. */
export function typeErrors(modules: readonly Module[]): string[] {
  const program = programOf(modules.map(({ file }) => file))
  return modules.flatMap(({ file, example }) =>
    diagnosticsOf(program, file).map(({ file: source, start, messageText }) => {
      const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line : 0
      return `${example.place}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    }),
  )
}

/** The last line makes a module of an example that imports nothing. */
export function moduleText(imports: string, text: string): string {
  return `${imports}\n${text}\nexport {}\n`
}

function programOf(files: readonly string[]): ts.Program {
  return ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  })
}

function diagnosticsOf(program: ts.Program, file: string): readonly ts.Diagnostic[] {
  const source = program.getSourceFile(file)
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
}

function exportsOf(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${file} exports nothing`)
  return checker.getExportsOfModule(module).map(({ name }) => name)
}
