// Emitted modules in this folder, to JavaScript. Argument: the library of the compiler.
const ts = require(process.argv[2]);
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");

for (const name of readdirSync(".").filter((one) => one.endsWith(".ts"))) {
  const options = { target: "ES2020", module: "ES2020", verbatimModuleSyntax: true };
  const found = ts.transpileModule(readFileSync(name, "utf8"), { compilerOptions: options });
  writeFileSync(name.replace(/ts$/, "mjs"), found.outputText);
}
