// The public names as the type checker sees them in the declarations that are shipped.

import { dirname, join, sep } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')
const declarations = join(root, 'dist') + sep
const index = join(declarations, 'index.d.ts')

export interface PublicName {
  readonly name: string
  readonly symbol: ts.Symbol
  /** Without its tags; '' where there is none. */
  readonly docstring: string
}

/** A type that a public name mentions and that cannot be imported. */
export interface Unexported {
  readonly type: string
  /** The names that lead to it. */
  readonly path: string
}

/** @param entry A declaration file; those in its folder are the package's own. Defaults to the package's. */
export function publicSurface(entry = index): { names: PublicName[]; unexported: Unexported[] } {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(entry)
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${entry} exports nothing: compile first`)
  const names = checker.getExportsOfModule(module).map((exported) => {
    const symbol = resolved(exported, checker)
    const docstring = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
    return { name: exported.name, symbol, docstring }
  })
  const own = entry === index ? declarations : dirname(entry) + sep
  return { names, unexported: unexportedTypes(names, checker, own) }
}

function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function unexportedTypes(names: readonly PublicName[], checker: ts.TypeChecker, own: string): Unexported[] {
  const known = new Set(names.map(({ symbol }) => symbol))
  const visited = new Set<ts.Symbol>()
  const found: Unexported[] = []
  const follow = (symbol: ts.Symbol, path: string): void => {
    if (visited.has(symbol)) return
    visited.add(symbol)
    const declared =
      symbol.declarations?.filter((node) => node.getSourceFile().fileName.startsWith(own)) ?? []
    if (!known.has(symbol) && declared.some(isOffered)) found.push({ type: symbol.name, path })
    for (const declaration of declared) {
      for (const name of mentioned(declaration)) {
        const next = checker.getSymbolAtLocation(name)
        if (next !== undefined) follow(resolved(next, checker), `${path} > ${name.getText()}`)
      }
    }
  }
  for (const { name, symbol } of names) follow(symbol, name)
  return found
}

/** Types that a file keeps to itself only help to say another, which is seen through them. */
function isOffered(node: ts.Declaration): boolean {
  const isType =
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node)
  return isType && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}

/** The names of the types in a declaration, without what is marked as internal. */
function mentioned(declaration: ts.Node): ts.Node[] {
  const names: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal')) return
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName)
    if (ts.isExpressionWithTypeArguments(node)) names.push(node.expression)
    if (ts.isImportTypeNode(node) && node.qualifier) names.push(node.qualifier)
    ts.forEachChild(node, visit)
  }
  visit(declaration)
  return names
}
