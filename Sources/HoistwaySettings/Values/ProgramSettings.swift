/// Programs that steps run: kustomize or kubectl, and helm.
package struct ProgramSettings: Sendable, Equatable {
    /// The rule for a machine on which no sandbox works.
    package enum SandboxRule: String, Sendable, CaseIterable {
        /// No program is run.
        case require
        /// Programs run without a sandbox; as always, the files that they may read are checked before.
        case whenAvailable
    }

    /// `programs.sandbox`.
    package static let defaultSandbox = SandboxRule.whenAvailable
    /// `programs.limits.time`: of one run.
    package static let defaultTime = Duration.seconds(120)
    /// `programs.limits.memory`: of all processes of one run together.
    package static let defaultMemory = 2 << 30

    /// Complete paths; `nil`: looked for in the usual folders.
    package var kustomize: String?
    package var kubectl: String?
    package var helm: String?
    package var sandbox: SandboxRule
    package var time: Duration
    package var memory: Int

    package init(
        kustomize: String? = nil,
        kubectl: String? = nil,
        helm: String? = nil,
        sandbox: SandboxRule = ProgramSettings.defaultSandbox,
        time: Duration = ProgramSettings.defaultTime,
        memory: Int = ProgramSettings.defaultMemory
    ) {
        self.kustomize = kustomize
        self.kubectl = kubectl
        self.helm = helm
        self.sandbox = sandbox
        self.time = time
        self.memory = memory
    }
}
