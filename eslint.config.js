import effect from "@effect/eslint-plugin"
import disableConflicts from "@effect/eslint-plugin/configs/disable-conflict-rules"
import js from "@eslint/js"
import { defineConfig } from "eslint/config"
import { builtinModules } from "node:module"
import tseslint from "typescript-eslint"

/** Packages whose code runs anywhere and stays deterministic in tests, each with the workspace packages it may import. */
const portable = {
  domain: [],
  auth: ["domain"],
  client: ["domain", "auth"],
  emulator: ["domain"]
}

const arrows = (name, allowed) => ({
  regex: `^@effect-msgraph/(?!(?:${[...allowed, "-"].join("|")})(?:/|$))`,
  message: allowed.length === 0
    ? `${name} imports no other workspace package, and its own modules by relative path.`
    : `${name} imports only ${allowed.join(" and ")} of the workspace, and its own modules by relative path.`
})

const platformBound = {
  regex: `^(?:node:|@effect/platform-(?:node|bun|browser)|(?:${builtinModules.join("|")})(?:/|$))`,
  message: "Runs on every platform: what needs Node belongs in src/node."
}

const ambient = {
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "Use Clock." },
    { object: "Math", property: "random", message: "Use Random." },
    { object: "process", property: "env", message: "Use Config." }
  ],
  "no-restricted-globals": [
    "error",
    ...["process", "Buffer", "setImmediate"].map((name) => ({ name, message: platformBound.message }))
  ]
}

/**
 * Formatting whose fixes all apply together or not at all. One by one they would mix with fixes of other rules: an import
 * moved by the one and made `import type` by the other comes out as neither.
 */
const dprint = {
  ...effect.rules.dprint,
  create(context) {
    const reports = []
    const { Program } = effect.rules.dprint.create(
      Object.create(context, { report: { value: (descriptor) => reports.push(descriptor) } })
    )
    const fix = (fixer) => reports.map((descriptor) => descriptor.fix(fixer))
    return {
      Program(node) {
        Program(node)
        for (const descriptor of reports) context.report({ ...descriptor, fix })
      }
    }
  }
}

const anyCast = {
  selector: "TSAsExpression > TSAnyKeyword",
  message: "A cast to any hides errors: narrow, or use unknown."
}

export default defineConfig(
  { ignores: ["**/dist/", "**/.tsbuildinfo/", "**/.snippets/", "**/coverage/", "**/generated/", "docs/reference/"] },
  {
    files: ["**/*.{ts,js,mjs}"],
    extends: [js.configs.recommended, ...tseslint.configs.recommended, ...disableConflicts],
    plugins: { "effect-msgraph": { rules: { dprint } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "effect-msgraph/dprint": ["error", {
        config: {
          indentWidth: 2,
          lineWidth: 120,
          operatorPosition: "maintain",
          semiColons: "asi",
          quoteStyle: "alwaysDouble",
          trailingCommas: "never",
          "arrowFunction.useParentheses": "force"
        }
      }],
      "@typescript-eslint/array-type": ["error", { default: "generic", readonly: "generic" }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // `{}` and `any` have their place in type-level code; a cast to `any` has not.
      "@typescript-eslint/no-empty-object-type": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-namespace": ["error", { allowDeclarations: true }],
      "@typescript-eslint/no-unused-vars": ["error", {
        argsIgnorePattern: "^_",
        varsIgnorePattern: "^_",
        destructuredArrayIgnorePattern: "^_",
        caughtErrorsIgnorePattern: "^_",
        ignoreRestSiblings: true
      }],
      // The compiler knows what is defined.
      "no-undef": "off",
      "no-restricted-syntax": ["error", anyCast],
      "object-shorthand": "error",
      eqeqeq: "error"
    }
  },
  {
    files: ["packages/*/src/**/*.ts"],
    rules: { "no-console": "error" }
  },
  {
    // What a type test declares, it may only ever ask for its type.
    files: ["packages/*/dtslint/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-vars": "off" }
  },
  ...Object.entries(portable).flatMap(([name, allowed]) => [
    {
      files: [`packages/${name}/src/**/*.ts`],
      rules: {
        ...ambient,
        "no-restricted-syntax": [
          "error",
          anyCast,
          { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Use Clock or DateTime." },
          { selector: "ImportExpression[source.value=/^node:/]", message: platformBound.message }
        ],
        "no-restricted-imports": ["error", { patterns: [arrows(name, allowed), platformBound] }]
      }
    },
    {
      files: [`packages/${name}/src/{node,undici}/**/*.ts`],
      rules: {
        "no-restricted-globals": "off",
        "no-restricted-syntax": ["error", anyCast],
        "no-restricted-imports": ["error", { patterns: [arrows(name, allowed)] }]
      }
    }
  ])
)
