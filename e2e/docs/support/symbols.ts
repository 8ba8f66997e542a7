import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../../scripts/lib/paths.mjs";

/**
 * The names that a file of this repository declares: top-level and local declarations, and the members of classes,
 * interfaces, types and objects. A member counts by its own name (`onClose`) and with its parent's
 * (`Membership.onClose`).
 */
export function declaredIn(path: string): Set<string> {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest);
  const names = new Set<string>();
  const visit = (node: ts.Node, parent: string | undefined): void => {
    const name = declares(node) ? nameOf(node.name) : undefined;
    if (name !== undefined) {
      names.add(name);
      if (parent !== undefined) names.add(`${parent}.${name}`);
    }
    node.forEachChild((child) => visit(child, name ?? parent));
  };
  visit(source, undefined);
  return names;
}

function declares(node: ts.Node): node is ts.Node & { name: ts.Node | undefined } {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    ts.isPropertyAssignment(node)
  );
}

function nameOf(name: ts.Node | undefined): string | undefined {
  if (name === undefined) return undefined;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}
