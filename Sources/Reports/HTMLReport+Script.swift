extension HTMLReport {
  /// Draws every specification on the page; a chart that fails opens its data table instead.
  static let drawingScript = #"""
    (() => {
      const axis = {
        labelColor: "var(--muted)", titleColor: "var(--muted)", gridColor: "var(--line)",
        domainColor: "var(--line-strong)", tickColor: "var(--line-strong)", tickSize: 4,
        labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", titlePadding: 10,
        labelPadding: 6,
      };
      const config = {
        background: null, font: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
        view: { stroke: null }, axis, line: { strokeJoin: "round" },
        axisX: { grid: false, labelFlush: false, labelSeparation: 6 },
        aria: false,
      };
      const options = { actions: false, renderer: "svg", ast: true, config, theme: undefined };
      for (const place of document.querySelectorAll("[data-chart]")) {
        const source = document.getElementById(place.dataset.chart);
        const canvas = place.appendChild(document.createElement("div"));
        canvas.style.width = "100%";
        window.vegaEmbed(canvas, JSON.parse(source.textContent), options).then(
          () => { place.dataset.state = "drawn"; },
          (error) => {
            place.dataset.state = "failed";
            place.closest("figure").querySelector("details").open = true;
            console.error(error);
          });
      }
    })();
    """#
}
