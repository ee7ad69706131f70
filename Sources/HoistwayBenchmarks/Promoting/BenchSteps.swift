/// The steps of a stage in a benchmark.
enum BenchSteps {
    /// The image of one kustomization is set on the stage's branch.
    case inPlace
    /// The output of kustomize for the folder on `main` replaces the tree of the stage's branch.
    case rendered
    /// Ten steps from `main` to the stage's branch, one of each common kind.
    case ten

    /// Items of a list, each indented by sixteen spaces.
    func manifest(of stage: BenchPipeline.Stage, repoURL: String) -> String {
        items(of: stage, repoURL: repoURL).map { String(repeating: " ", count: 16) + "- " + $0 }
            .joined(separator: "\n")
    }

    private func items(of stage: BenchPipeline.Stage, repoURL: String) -> [String] {
        let tag = "\"${{ quote(imageFrom('\(stage.image)').Tag) }}\""
        let source = "./src/\(stage.folder)"
        let checkouts = """
            {uses: git-clone, config: {repoURL: "\(repoURL)", checkout: [\
            {branch: main, path: ./src}, {branch: "\(stage.branch)", create: true, path: ./out}]}}
            """
        let clear = "{uses: git-clear, config: {path: ./out}}"
        let setImage = """
            {uses: kustomize-set-image, as: set, config: {path: "\(source)", images: [\
            {image: "\(stage.image)", tag: \(tag)}]}}
            """
        let commit = """
            {uses: git-commit, config: {path: ./out, message: "${{ outputs.set.commitMessage }}"}}
            """
        let push = "{uses: git-push, config: {path: ./out}}"
        switch self {
        case .inPlace:
            return [
                """
                {uses: git-clone, config: {repoURL: "\(repoURL)", checkout: [{branch: "\(stage.branch)", path: ./repo}]}}
                """,
                "{uses: kustomize-set-image, config: {path: \"./repo/\(stage.folder)\"}}",
                "{uses: git-commit, config: {path: ./repo}}",
                "{uses: git-push, config: {path: ./repo}}",
            ]
        case .rendered:
            let build = "{uses: kustomize-build, config: {path: \"\(source)\", outPath: ./out}}"
            return [checkouts, clear, setImage, build, commit, push]
        case .ten:
            return [
                checkouts, clear, setImage,
                """
                {uses: yaml-update, config: {path: "\(source)/values.yaml", updates: [{key: image.tag, value: \(tag)}]}}
                """,
                "{uses: copy, config: {inPath: \"\(source)/values.yaml\", outPath: ./out/values.yaml}}",
                "{uses: kustomize-build, config: {path: \"\(source)\", outPath: ./out/manifests.yaml}}",
                "{uses: file-write, config: {path: ./out/VERSION, contents: \(tag)}}",
                """
                {uses: yaml-parse, as: read, config: {path: ./out/values.yaml, outputs: [\
                {name: tag, fromExpression: image.tag}]}}
                """,
                commit, push,
            ]
        }
    }
}
