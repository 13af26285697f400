// A list on the page of which only what changed is drawn again, so that focus, sound and place are not lost.

export class Rows {
  constructor(element, empty = null) {
    this.element = element;
    this.empty = empty;
    this.drawn = new Map();
  }

  // `items`: [{key, look, draw}]; a row is drawn again when its `look` is another.
  show(items) {
    const { element } = this;
    const focused = element.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
    const fresh = new Map();
    const nodes = items.map(({ key, look, draw }) => {
      const known = this.drawn.get(key);
      const row = known?.look === look ? known : { look, node: draw() };
      row.node.dataset.key = key;
      fresh.set(key, row);
      return row.node;
    });
    this.drawn = fresh;
    place(element, nodes.length || !this.empty ? nodes : [this.empty]);
    const row = focused && !element.contains(document.activeElement) && fresh.get(focused);
    if (row) row.node.focus({ preventScroll: true });
  }
}

function place(element, nodes) {
  const wanted = new Set(nodes);
  for (const old of [...element.childNodes]) if (!wanted.has(old)) old.remove();
  let at = element.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else element.insertBefore(node, at);
  }
}
