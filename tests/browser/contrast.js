// What stands in each chart, and how it stands out from what is painted below it (WCAG 2.2).
() => {
  const parts = (text) => {
    const [r, g, b, a] = text.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a: a === undefined ? 1 : a };
  };
  const over = (top, share, below) => top.map((one, at) => share * one + (1 - share) * below[at]);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const opacity = (element, svg) => {
    let share = 1;
    for (let at = element; at && at !== svg.parentNode; at = at.parentNode) {
      share *= Number(getComputedStyle(at).opacity);
    }
    return share;
  };
  const painted = (element, kind, svg) => {
    const style = getComputedStyle(element);
    if (style[kind] === 'none') return null;
    const { rgb, a } = parts(style[kind]);
    return { rgb, share: a * Number(style[`${kind}Opacity`]) * opacity(element, svg) };
  };
  const paper = parts(getComputedStyle(document.body).backgroundColor).rgb;
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const key = svg.getAttribute('aria-labelledby').split('-title')[0];
    const shapes = [...svg.querySelectorAll('path, rect')].filter((one) => !one.closest('defs'));
    const ground = (element, x, y) => {
      let colour = paper;
      for (const shape of shapes) {
        if (!(shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
        const fill = painted(shape, 'fill', svg);
        if (!fill) continue;
        const at = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
        if (shape.isPointInFill(at)) colour = over(fill.rgb, fill.share, colour);
      }
      return colour;
    };
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      const below = ground(text, box.x + box.width / 2, box.y + box.height / 2);
      const fill = painted(text, 'fill', svg);
      found.push({
        key, kind: 'text', what: text.textContent.trim(), size: box.height,
        ratio: ratio(over(fill.rgb, fill.share, below), below),
      });
    }
    for (const line of svg.querySelectorAll('g[id*="line2d"] > path, g[id*="LineCollection"] > path')) {
      const stroke = painted(line, 'stroke', svg);
      const style = line.getAttribute('style') || '';
      if (!stroke || style.includes('--grid')) continue;
      found.push({
        key, kind: 'line', what: (style.match(/stroke: var\(--(\w+)\)/) || [])[1],
        share: stroke.share, ratio: ratio(over(stroke.rgb, stroke.share, paper), paper),
      });
    }
  }
  return found;
}
