extension ReportPage {
  /// What a page does by itself: values where one points, and drawings and tables as files.
  ///
  /// Everything it shows stands in the page: without it nothing is missing but the files. It holds no
  /// character that would begin a tag.
  static let script = #"""
    (() => {
      const tip = document.createElement("div");
      tip.className = "tip";
      tip.hidden = true;
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
      const show = (event, words) => {
        tip.textContent = words;
        tip.hidden = !words;
        const box = tip.getBoundingClientRect();
        const room = document.documentElement.clientWidth - box.width - 4;
        const above = event.clientY - box.height - 14;
        tip.style.left = Math.max(4, Math.min(event.clientX + 14, room)) + "px";
        tip.style.top = (above > 4 ? above : event.clientY + 18) + "px";
      };
      const words = cell => cell.textContent.trim();
      const place = (svg, event) =>
        new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

      // Of curves: the row of the table that is nearest along the first axis.
      const curveTip = (svg, table) => {
        const [left, right, low, high] = svg.dataset.axis.split(" ").map(Number);
        const heads = [...table.tHead.rows[0].cells].map(words);
        const rows = [...table.tBodies[0].rows];
        const places = rows.map(row => Number(words(row.cells[0]).replace(/[^0-9.-]/g, "")));
        const guide = document.createElementNS(svg.namespaceURI, "line");
        guide.setAttribute("class", "guide");
        guide.setAttribute("y1", 16);
        guide.setAttribute("y2", 262);
        return event => {
          const wanted = low + (place(svg, event).x - left) / (right - left) * (high - low);
          let best = 0;
          places.forEach((at, row) => {
            if (Math.abs(places[best] - wanted) > Math.abs(at - wanted)) best = row;
          });
          const x = left + (places[best] - low) / (high - low) * (right - left);
          guide.setAttribute("x1", x);
          guide.setAttribute("x2", x);
          if (!guide.isConnected) svg.append(guide);
          const cells = [...rows[best].cells].map(words);
          return cells.map((cell, at) => cell && heads[at] + " " + cell).filter(Boolean).join("\n");
        };
      };
      // Of maps: the cell of the table that lies in the same row and column.
      const gridTip = (svg, table) => event => {
        const point = place(svg, event);
        const row = table.tBodies[0].rows[Math.floor(point.y)];
        const column = Math.floor(point.x) + 1;
        if (!row || !row.cells[column] || !column) return "";
        const head = table.tHead.rows[0].cells[column];
        return words(row.cells[0]) + "\n" + words(head) + "\n" + words(row.cells[column]);
      };
      const markTip = event => {
        const mark = event.target.closest("[data-tip]");
        return mark ? mark.dataset.tip : "";
      };

      const csv = table => [...table.rows].map(row => [...row.cells].map(cell => {
        let text = words(cell);
        if (cell.classList.contains("number"))
          text = text.replace(/\u2212/g, "-").replace(/\u202f/g, "").replace(/^\u2013$/, "");
        return /[",\n]/.test(text) ? "\"" + text.replace(/"/g, "\"\"") + "\"" : text;
      }).join(",")).join("\r\n") + "\r\n";

      const shapeStyles = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity",
        "stroke-dasharray", "stroke-linejoin"];
      const textStyles = ["fill", "font-family", "font-size", "font-weight"];
      const drawing = (svg, names) => {
        const copy = svg.cloneNode(true);
        const [own, others] = [svg, copy].map(all => [all, ...all.querySelectorAll("*")]);
        own.forEach((element, at) => {
          const style = getComputedStyle(element);
          const wanted = element.matches("text") ? textStyles
            : element.matches("path, line, rect, circle") ? shapeStyles : [];
          for (const name of wanted) others[at].setAttribute(name, style.getPropertyValue(name));
          others[at].removeAttribute("class");
          if (element.dataset.tip) {
            const title = document.createElementNS(svg.namespaceURI, "title");
            title.textContent = element.dataset.tip;
            others[at].prepend(title);
          }
        });
        const box = svg.viewBox.baseVal;
        const height = box.height + names.length * 22;
        names.forEach(([name, colour], at) => {
          const text = document.createElementNS(svg.namespaceURI, "text");
          text.textContent = "\u2014 " + name;
          for (const [key, value] of Object.entries({ x: 20, y: box.height + 22 * at + 14,
            fill: colour, "font-family": "sans-serif", "font-size": 15 }))
            text.setAttribute(key, value);
          copy.append(text);
        });
        const scale = Math.max(1, 640 / box.width);
        copy.setAttribute("viewBox", [0, 0, box.width, height].join(" "));
        copy.setAttribute("width", box.width * scale);
        copy.setAttribute("height", height * scale);
        copy.setAttribute("style", "background:" + getComputedStyle(document.body).backgroundColor);
        return new XMLSerializer().serializeToString(copy);
      };
      const save = (name, type, text) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type }));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      };

      for (const title of document.querySelectorAll("figure svg * title")) {
        title.parentNode.dataset.tip = title.textContent;
        title.remove();
      }
      for (const box of document.querySelectorAll(".chart")) {
        const [svg, table] = [box.querySelector("figure svg"), box.querySelector("table")];
        if (!svg || !table) continue;
        const tipOf = svg.dataset.axis ? curveTip(svg, table)
          : svg.dataset.grid ? gridTip(svg, table) : markTip;
        for (const kind of ["pointermove", "pointerdown"])
          svg.addEventListener(kind, event => show(event, tipOf(event)));
        svg.addEventListener("pointerleave", () => {
          tip.hidden = true;
          const guide = svg.querySelector(".guide");
          if (guide) guide.remove();
        });
        const bar = document.createElement("p");
        bar.className = "files";
        const add = (label, action) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = label;
          button.setAttribute("aria-label", "Save " + words(table.caption) + " as " + label);
          button.addEventListener("click", action);
          bar.append(button);
        };
        const names = [...box.querySelectorAll(".legend li")].map(item =>
          [words(item), getComputedStyle(item.querySelector("path")).stroke]);
        add("SVG", () => save(box.dataset.file + ".svg", "image/svg+xml", drawing(svg, names)));
        add("CSV", () => save(box.dataset.file + ".csv", "text/csv", csv(table)));
        box.querySelector("figure").after(bar);
      }
    })();
    """#
}
