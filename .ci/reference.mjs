/**
 * Writes `docs/reference`: a page for each public module of the libraries, from its JSDoc and its declarations. Every
 * export needs `@since` and `@category`. `--check` only says whether the pages are fresh.
 *
 * Classes, interfaces and types show as they are written, values and functions as the compiler declares them to users.
 */
import { ESLint } from "eslint"
import * as Path from "node:path"
import ts from "typescript"
import { fail, filesBelow, headerOf, libraries, modulesOf, parseDoc, root, settle } from "./workspace.mjs"

const home = "docs/reference"
const remedy = "pnpm codegen"
const longest = 60 // lines of a signature

const modules = modulesOf(libraries)
const problems = []

const { options } = ts.getParsedCommandLineOfConfigFile(Path.join(root, "tsconfig.base.json"), {
  composite: false,
  declaration: true,
  declarationMap: false,
  sourceMap: false,
  types: ["node"]
}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic.messageText]) })
const program = ts.createProgram(modules.map(({ path }) => path), options)

const checker = program.getTypeChecker()

const declarations = new Map()

/** The declarations of a source file, as users of the package get them. */
const declarationsOf = (source) => {
  if (source.isDeclarationFile) return source
  if (!declarations.has(source)) {
    program.emit(
      source,
      (_, text) => {
        declarations.set(source, ts.createSourceFile(source.fileName, text, ts.ScriptTarget.ESNext, true))
      },
      undefined,
      true
    )
  }
  return declarations.get(source)
}

const isExported = (node) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

/** What a statement exports: itself, the members of `export { … }`, or all that the module of `export * from` does. */
const exportsOf = (node) => {
  if (!ts.isExportDeclaration(node)) return isExported(node) ? [node] : []
  if (node.exportClause === undefined) {
    return checker.getSymbolAtLocation(node.moduleSpecifier).valueDeclaration.statements.flatMap(exportsOf)
  }
  return node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [node]
}

const nameOf = (node) =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map(({ name }) => name.getText()).join(", ")
    : (node.name ?? node.exportClause?.name)?.getText() ?? "*"

/** The statements that declare what `export { … }` names. */
const targetsOf = (specifier) =>
  checker.getAliasedSymbol(checker.getSymbolAtLocation(specifier.name)).declarations.map((declaration) =>
    ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  )

const kindOf = (node) => {
  if (ts.isExportSpecifier(node)) return kindOf(targetsOf(node)[0])
  if (ts.isClassDeclaration(node)) return "class"
  if (ts.isInterfaceDeclaration(node)) return "interface"
  if (ts.isTypeAliasDeclaration(node)) return "type"
  if (ts.isModuleDeclaration(node)) return "namespace"
  if (ts.isExportDeclaration(node)) return "re-export"
  return undefined
}

const docOf = (node) => {
  const { text } = node.getSourceFile()
  const comments = (ts.getLeadingCommentRanges(text, node.pos) ?? []).map(({ end, pos }) => text.slice(pos, end))
  const last = comments.filter((comment) => comment.startsWith("/**")).at(-1)
  return last === undefined ? undefined : parseDoc(last)
}

/** `import("effect/Layer").Layer` reads `Layer.Layer`, as in the sources; of a barrel only the name stays. */
const withoutImports = (text) =>
  text.replace(/import\("([^"]+)"\)\.(\w+)/g, (_, specifier, name) => {
    const module = Path.posix.basename(specifier, ".js")
    return /^[A-Z]/.test(module) ? `${module}.${name}` : name
  })

const signatureOf = (nodes) => {
  const [node] = nodes
  if (ts.isExportSpecifier(node)) {
    return signatureOf(targetsOf(node)) + (node.propertyName === undefined ? "" : `\n\nexport { ${node.getText()} }`)
  }
  const written = nodes.map((node) => node.getText()).join("\n")
  if (kindOf(node) !== undefined && !ts.isClassDeclaration(node)) return written
  const declared = declarationsOf(node.getSourceFile()).statements.filter((statement) =>
    statement.kind === node.kind && nameOf(statement) === nameOf(node)
  )
  if (!ts.isClassDeclaration(node)) return withoutImports(declared.map((statement) => statement.getText()).join("\n"))
  const members = declared.flatMap(({ members }) => members)
    .filter((member) => (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0)
    .map((member) => member.getText())
  const { text } = node.getSourceFile()
  const head = text.slice(node.getStart(), (node.heritageClauses ?? node.typeParameters)?.end ?? node.name.end)
  return members.length === 0 ? `${head} {}` : `${head} {\n${withoutImports(members.join("\n"))}\n}`
}

const eslint = new ESLint({ cwd: root, fix: ({ ruleId }) => ruleId === "effect-msgraph/dprint" })
const divider = "// ----8<----"

const format = async (signatures) => {
  if (signatures.length === 0) return []
  const code = signatures.join(`\n${divider}\n`) + "\n"
  const [{ output }] = await eslint.lintText(code, { filePath: Path.join(root, "signatures.ts") })
  return (output ?? code).split(divider).map((text) => {
    const lines = text.trim().split("\n")
    return lines.length <= longest
      ? lines.join("\n")
      : [...lines.slice(0, longest), `// ${lines.length - longest} more lines`].join("\n")
  })
}

const prose = (text) =>
  text.replace(/\{@link\s+([^}\s]+)\s*([^}]*)\}/g, (_, target, label) => label.trim() || `\`${target}\``)

const body = (doc) => [
  ...(doc.get("deprecated") === undefined ? [] : [`**Deprecated.** ${prose(doc.get("deprecated"))}`.trim()]),
  ...(doc.description === "" ? [] : [prose(doc.description)]),
  ...doc.all("example").map((text) => `**Example**\n\n${text.includes("```") ? text : `\`\`\`ts\n${text}\n\`\`\``}`),
  ...(doc.all("see").length === 0 ? [] : [`See ${doc.all("see").map(prose).join(", ")}.`])
]

/** What a page says about each export of a module, in order of appearance; overloads make one entry. */
const entriesOf = (module) => {
  const groups = new Map()
  for (const node of program.getSourceFile(module.path).statements.flatMap(exportsOf)) {
    const kind = kindOf(node)
    const title = nameOf(node) + (kind === undefined ? "" : ` (${kind})`)
    groups.set(title, [...(groups.get(title) ?? []), node])
  }
  return [...groups].flatMap(([title, nodes]) => {
    const doc = nodes.map(docOf).find((doc) => doc !== undefined)
    if (doc?.get("internal") !== undefined) return []
    for (const tag of ["since", "category"]) {
      if (!doc?.get(tag)) problems.push(`packages/${module.folder}/src/${module.file}#${title} has no @${tag}`)
    }
    return doc === undefined ? [] : [{ title, doc, signature: signatureOf(nodes) }]
  })
}

/** Anchors as GitHub makes them: a second heading of the same name gets a number. */
const anchors = () => {
  const seen = new Map()
  return (heading) => {
    const slug = heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  }
}

const pageOf = async (module) => {
  const header = headerOf(module.text)
  if (!header.get("since")) problems.push(`packages/${module.folder}/src/${module.file} has no header with @since`)
  const entries = entriesOf(module)
  const signatures = await format(entries.map(({ signature }) => signature))
  const categories = new Map(entries.map(({ doc }) => [doc.get("category"), []]))
  entries.forEach((entry, i) => categories.get(entry.doc.get("category")).push({ ...entry, signature: signatures[i] }))

  const anchor = anchors()
  anchor(module.name)
  const contents = [...categories].map(([category, entries]) =>
    `- [${category}](#${anchor(category)}): ` + entries.map(({ title }) => `[${title}](#${anchor(title)})`).join(", ")
  )
  return [
    `# ${module.name}`,
    ...body(header),
    `\`\`\`ts\nimport { ${module.name} } from "${module.specifier}"\n\`\`\``,
    `Since ${header.get("since")}.`,
    contents.join("\n"),
    ...[...categories].flatMap(([category, entries]) => [
      `## ${category}`,
      ...entries.flatMap(({ doc, signature, title }) => [
        `### ${title}`,
        `\`\`\`ts\n${signature}\n\`\`\``,
        ...body(doc),
        ...(doc.get("since") === header.get("since") ? [] : [`Since ${doc.get("since")}.`])
      ])
    ])
  ].join("\n\n") + "\n"
}

const pathOf = (module) => Path.posix.join(module.folder, module.file.replace(/\.ts$/, ".md"))

const index = [
  "# Reference",
  `Written by \`${remedy}\` from the comments and declarations of the sources; edit those.`,
  ...libraries.flatMap(({ folder, manifest }) => {
    const rows = modules.filter((module) => module.folder === folder).map((module) =>
      `| [${module.name}](${pathOf(module)}) | ${prose(headerOf(module.text).summary).replaceAll("\n", " ")} |`
    )
    return rows.length === 0 ? [] : [
      `## ${manifest.name}`,
      `${manifest.description}.`,
      `| module | what |\n| --- | --- |\n${rows.join("\n")}`
    ]
  })
].join("\n\n") + "\n"

const expected = { [`${home}/README.md`]: index }
for (const module of modules) expected[`${home}/${pathOf(module)}`] = await pageOf(module)

fail(problems)
const owned = filesBelow(Path.join(root, home)).filter((file) => !file.startsWith("operations/"))
settle({ expected, owned: owned.map((file) => `${home}/${file}`), remedy })
