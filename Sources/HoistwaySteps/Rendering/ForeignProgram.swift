/// An external program that a step may run.
package enum ForeignProgram: String, Sendable, CaseIterable {
    /// kustomize itself, or the one in `kubectl`.
    case kustomize
    case helm
}

/// A step that runs such a program.
protocol ProgramStep: PromotionStep {
    static var program: ForeignProgram { get }
}
