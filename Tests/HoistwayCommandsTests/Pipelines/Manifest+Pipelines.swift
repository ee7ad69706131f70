extension Manifest {
    /// A stage of the project `shop` with its steps as teams write them.
    ///
    /// - Parameters:
    ///   - vars: of the stage.
    ///   - steps: a YAML list.
    static func pipeline(
        _ name: String = "test",
        of warehouses: [String] = ["app"],
        after upstream: [String] = [],
        vars: KeyValuePairs<String, String> = [:],
        steps: String
    ) -> String {
        let lines = steps.split(separator: "\n", omittingEmptySubsequences: false).map { "        " + $0 }
        let text = stage(name, in: "shop", of: warehouses, after: upstream, steps: lines)
        let values = vars.map { "\n    - {name: \($0), value: '\($1.replacing("'", with: "''"))'}" }
        guard !values.isEmpty else { return text }
        return text.replacing("  promotionTemplate:", with: "  vars:\(values.joined())\n  promotionTemplate:")
    }

    /// Sets the tag of `image` at `key` of a YAML file of `main`, and pushes that.
    static func valuesSteps(_ url: String, file: String, key: String, image: String) -> String {
        """
        - uses: git-clone
          config:
            repoURL: \(url)
            checkout: [{branch: main, path: ./repo}]
        - uses: yaml-update
          as: update
          config:
            path: ./repo/\(file)
            updates:
              - {key: \(key), value: "${{ quote(imageFrom('\(image)').Tag) }}"}
        - uses: git-commit
          as: commit
          config: {path: ./repo, message: "${{ outputs.update.commitMessage }}"}
        - uses: git-push
          config: {path: ./repo}
        """
    }
}
