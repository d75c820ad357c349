import Mustache

extension ReportPage {
  /// The page, compiled once.
  static let template = compiled(source)

  /// A template with the style sheet and the script in their places.
  static func compiled(_ source: String) -> MustacheTemplate {
    do {
      return try MustacheTemplate(
        string: source.replacing("/*STYLE*/", with: style).replacing("/*SCRIPT*/", with: script))
    } catch {
      fatalError("ReportPage: the template does not compile: \(error)")
    }
  }

  /// The beginning of every page: heading, headlines and notes.
  static let head = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}}</title>
    <style>
    /*STYLE*/
    </style>
    </head>
    <body>
    <main>
    <header>
    <p class="method">{{method}}</p>
    <h1>{{title}}</h1>
    <dl class="headlines">
    {{#headlines}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/headlines}}</dl>
    </header>
    {{#hasNotes}}<section class="notes" aria-label="Notes">
    <h2>Notes</h2>
    <ul>
    {{#notes}}<li>{{.}}</li>
    {{/notes}}</ul>
    </section>{{/hasNotes}}
    """

  /// What the data are.
  static let dataFacts = """
    <div><h2>Data</h2>
    <dl>{{#data}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/data}}</dl></div>
    """

  /// The settings, if there are any.
  static let settingFacts = """
    {{#hasSettings}}<div><h2>Settings</h2>
    <dl>{{#settings}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/settings}}</dl></div>{{/hasSettings}}
    """

  /// The last lines of a page.
  ///
  /// - Parameter remark: What is said behind the producer.
  /// - Returns: The end of the source of a template.
  static func end(_ remark: String) -> String {
    """
    <footer><p>{{producer}}. \(remark)</p></footer>
    </main>
    <script>
    /*SCRIPT*/
    </script>
    </body>
    </html>

    """
  }

  /// The end of every page: data and settings.
  static let foot = """
    <section class="facts">
    \(dataFacts)
    \(settingFacts)
    </section>
    \(end("The same data, options and seed give the same page; how long it took and how much memory is in measured.json."))
    """

  private static let source = """
    \(head)
    \(chartSections("firstCharts"))
    <section>
    <h2>Chosen columns</h2>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Chosen columns">
    <table><caption>Best first; frequency is the fraction of runs that chose the column</caption>
    <thead><tr><th scope="col" class="number">rank</th><th scope="col">name</th>
    <th scope="col" class="number">index</th><th scope="col" class="number">score</th>
    <th scope="col" class="number">frequency</th></tr></thead>
    <tbody>{{#rows}}<tr><td class="number">{{rank}}</td><th scope="row">{{name}}</th>
    <td class="number">{{index}}</td><td class="number">{{score}}</td>
    <td class="number"><span class="track"><span style="width:{{share}}%"></span></span>{{frequency}}</td></tr>
    {{/rows}}</tbody></table></div>
    {{#hasMembers}}<details><summary>What the features are made of</summary>
    <dl class="members">{{#members}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/members}}</dl></details>{{/hasMembers}}
    {{#hasSeenRows}}<details><summary>The rows that each step saw, counted from 0</summary>
    <dl class="members">{{#seenRows}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/seenRows}}</dl></details>{{/hasSeenRows}}
    </section>
    \(foldSection)
    \(raceSections)
    {{#classes}}<section>
    <h2>Which classes a column speaks for</h2>
    <p>The share of each class in the importance of a column, the mean over the runs that chose it.</p>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Shares of the classes">
    <table><caption>Percent of the column's importance; the darker, the more</caption>
    <thead><tr><th scope="col">column</th>{{#names}}<th scope="col" class="number">{{.}}</th>{{/names}}</tr></thead>
    <tbody>{{#rows}}<tr><th scope="row">{{name}}</th>{{#cells}}<td class="number heat" style="--share:{{tint}}%">{{value}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>
    </section>{{/classes}}
    \(chartSections())
    <section>
    <h2>Runs</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Runs">
    <table><caption>One run for each seed</caption>
    <thead><tr><th scope="col" class="number">seed</th>{{#hasRotations}}<th scope="col" class="number">{{roundName}}s</th>
    {{#hasBestRotation}}<th scope="col" class="number">best</th>{{/hasBestRotation}}{{/hasRotations}}{{#hasRunJudge}}<th scope="col" class="number">judge</th>{{/hasRunJudge}}</tr></thead>
    <tbody>{{#runs}}<tr><th scope="row" class="number">{{seed}}</th>{{#hasRotations}}<td class="number">{{rotations}}</td>
    {{#hasBestRotation}}<td class="number">{{bestRotation}}</td>{{/hasBestRotation}}{{/hasRotations}}{{#hasRunJudge}}<td class="number">{{judge}}</td>{{/hasRunJudge}}</tr>
    {{/runs}}</tbody></table></div>
    </section>
    {{#hasCosts}}<section>
    <h2>What the training cost</h2>
    <p>Multiply-adds by the rule of the paper, three per connection, row and epoch, and as counted.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Cost">
    <table><caption>State is the memory of weights, gradients, moments and connections</caption>
    <thead><tr><th scope="col" class="number">seed</th><th scope="col" class="number">connections</th>
    <th scope="col" class="number">if dense</th><th scope="col" class="number">paper's rule</th>
    <th scope="col" class="number">training</th><th scope="col" class="number">growth</th>
    <th scope="col" class="number">importance</th><th scope="col" class="number">state</th></tr></thead>
    <tbody>{{#costs}}<tr><th scope="row" class="number">{{seed}}</th><td class="number">{{connections}}</td>
    <td class="number">{{dense}}</td><td class="number">{{published}}</td>
    <td class="number">{{training}}</td><td class="number">{{growth}}</td>
    <td class="number">{{importance}}</td><td class="number">{{state}}</td></tr>
    {{/costs}}</tbody></table></div>
    </section>{{/hasCosts}}
    \(foot)
    """
}
