import ArgumentParser
import HoistwayModel

/// How a command shows its answer.
struct DisplayOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: "text, wide, json, yaml, name, or jsonpath=TEMPLATE.",
        completion: .list(OutputForm.words),
        transform: OutputForm.init
    )
    var output = OutputForm.text

    @Option(help: "When colours are used: auto, always or never. auto: on a terminal, unless NO_COLOR is set.")
    var color = ColorChoice.auto

    @Flag(help: "Do not show long answers in a pager.")
    var noPager = false

    var form: Table.Form { Table.Form(screen: Screen.output(color), isWide: output == .wide) }

    /// - Parameter project: the only one that is shown, where one was named.
    func look(project: String?) -> Look {
        let isShort = output == .text && Screen.output(color).columns != nil
        return Look(now: SystemClock().now(), isShort: isShort, project: project)
    }
}
