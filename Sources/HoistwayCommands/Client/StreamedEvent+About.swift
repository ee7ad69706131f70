import HoistwayModel
import HoistwayPorts

/// Whether something may have changed after an event.
extension StreamedEvent {
    /// The thing of this kind and name.
    func isAbout(_ kind: ChangedObject.Kind, _ name: String) -> Bool {
        switch self.name {
        case "hello", "reset": true
        case "changed", "removed":
            (self.kind == kind && (object == nil || object == name)) || self.kind == .project
                || self.kind == .configuration
        default: false
        }
    }

    /// Things of these kinds.
    ///
    /// - Parameter project: `nil`: of any.
    func isAbout(_ kinds: Set<ChangedObject.Kind>, in project: String?) -> Bool {
        switch name {
        case "hello", "reset": return true
        case "changed", "removed":
            guard let kind, kinds.contains(kind) else { return false }
            return project == nil || self.project == nil || self.project == project
        default: return false
        }
    }
}
