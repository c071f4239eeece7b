/** The buttons in the sources of the dashboard, with the texts on them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const SOURCES = resolve(import.meta.dirname, '../../../src');
const PRESSED = new Set([
  'Button',
  'ActionIcon',
  'UnstyledButton',
  'CloseButton',
  'Menu.Item',
  'ConfirmItem',
  'Tabs.Tab',
  'NavLink',
  'button',
]);
/** The functions that pages call their texts by. */
const SAY = new Set(['t', 'words', 'shared']);

export interface FoundButton {
  file: string;
  tag: string;
  /** The names of the texts on it; what is put in is a star: `campaigns.step.*`. */
  texts: string[];
  act: string | undefined;
}

/** The sources by their paths below `src`. */
export function sources(): [file: string, text: string][] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => [file, readFileSync(join(SOURCES, file), 'utf8')]);
}

export function buttons(): FoundButton[] {
  return sources()
    .filter(([file]) => file.endsWith('.tsx'))
    .flatMap(([file, text]) => buttonsOf(file, text));
}

export function buttonsOf(file: string, text: string): FoundButton[] {
  const found: FoundButton[] = [];
  const visit = (node: ts.Node): void => {
    const opening = ts.isJsxElement(node) ? node.openingElement : ts.isJsxSelfClosingElement(node) ? node : undefined;
    if (opening && isPressed(opening)) {
      found.push({
        file,
        tag: opening.tagName.getText(),
        texts: [...textsIn(node)],
        act: attributeOf(opening, 'data-act'),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX));
  return found;
}

type Opening = ts.JsxOpeningElement | ts.JsxSelfClosingElement;

function isPressed(opening: Opening): boolean {
  return PRESSED.has(opening.tagName.getText()) || attributeNode(opening, 'onClick') !== undefined;
}

function attributeNode({ attributes }: Opening, name: string): ts.JsxAttribute | undefined {
  return attributes.properties.find(
    (each): each is ts.JsxAttribute => ts.isJsxAttribute(each) && each.name.getText() === name,
  );
}

function attributeOf(opening: Opening, name: string): string | undefined {
  const value = attributeNode(opening, name)?.initializer;
  return value && ts.isStringLiteral(value) ? value.text : undefined;
}

function textsIn(node: ts.Node, found = new Set<string>()): Set<string> {
  if (ts.isCallExpression(node) && SAY.has(node.expression.getText()) && node.arguments[0]) {
    for (const name of namesOf(node.arguments[0])) found.add(name);
  }
  ts.forEachChild(node, (child) => {
    textsIn(child, found);
  });
  return found;
}

function namesOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...namesOf(node.whenTrue), ...namesOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return namesOf(node.expression);
  if (ts.isTemplateExpression(node)) {
    return [[node.head.text, ...node.templateSpans.map(({ literal }) => `*${literal.text}`)].join('')];
  }
  return [];
}
