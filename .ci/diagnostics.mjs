/**
 * The Effect diagnostics of every file, as an editor shows them, with the severities of tsconfig.base.json. Errors fail,
 * and warnings in src do: tests do odd things on purpose. One program holds all packages, where the command line of the
 * language service makes a new one for every 50 files.
 */
import plugin from "@effect/language-service"
import * as Path from "node:path"
import ts from "typescript"
import { fail, filesBelow, packages, root } from "./workspace.mjs"

const { options } = ts.getParsedCommandLineOfConfigFile(Path.join(root, "tsconfig.base.json"), {
  composite: false,
  types: ["node"]
}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => fail([messageText]) })

const files = packages.flatMap(({ dir }) =>
  ["src", "test", "dtslint"].flatMap((folder) =>
    filesBelow(Path.join(dir, folder)).filter((file) => file.endsWith(".ts")).map((file) =>
      Path.join(dir, folder, file)
    )
  )
)
const program = ts.createProgram(files, options)
const service = plugin({ typescript: ts }).create({
  config: options.plugins.find(({ name }) => name === "@effect/language-service"),
  languageService: { getProgram: () => program, getSemanticDiagnostics: () => [] },
  project: { log: () => {} }
})

const { Error, Warning } = ts.DiagnosticCategory
const found = files.flatMap((path) => service.getSemanticDiagnostics(path))
  .filter(({ category, file }) => category === Error || (category === Warning && file.fileName.includes("/src/")))
fail(found.map(({ file, messageText, start }) => {
  const { character, line } = file.getLineAndCharacterOfPosition(start)
  const place = `${Path.relative(root, file.fileName)}:${line + 1}:${character + 1}`
  return `${place} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
}))
console.log(`${files.length} files, no Effect diagnostics`)
