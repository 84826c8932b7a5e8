/* Vega in a worker, at once: a Vega-Lite specification in, SVG out, as the native vl-convert gives it. */
export function prepare(expressionInterpreter) {
  // which runs no code from strings
  const { vega, vegaLite } = globalThis;
  globalThis.document = { createElement: () => new OffscreenCanvas(1, 1) }; // on which Vega measures its texts
  return (text) => {
    const { spec } = vegaLite.compile(JSON.parse(text));
    const view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: expressionInterpreter,
      renderer: "none",
      logLevel: vega.Error,
    });
    view.run();
    const pad = view.padding(),
      {
        _origin: [x, y],
        _viewWidth: width,
        _viewHeight: height,
      } = view;
    const svg = new vega.SVGStringRenderer(view.loader())
      .initialize(
        null,
        Math.max(0, width + pad.left + pad.right),
        Math.max(0, height + pad.top + pad.bottom),
        [pad.left + x, pad.top + y],
        1,
      )
      .background(view.background())
      .render(view.scenegraph().root)
      .svg();
    view.finalize();
    return svg;
  };
}
