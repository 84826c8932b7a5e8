// node compile.mjs FOLDER PYODIDE ZIP ROOT KEEP …: compile the sources of zips in FOLDER, see compile.py
import { readFileSync } from "node:fs";
const [folder, pyodide, ...zips] = process.argv.slice(2);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: `${pyodide}/` });
python.mountNodeFS("/zips", folder);
python.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf-8"));
const compileZip = python.globals.get("compile_zip");
for (let n = 0; n < zips.length; n += 3) compileZip(`/zips/${zips[n]}`, zips[n + 1], zips[n + 2] === "keep");
