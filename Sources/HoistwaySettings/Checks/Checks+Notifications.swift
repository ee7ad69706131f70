import HoistwayModel

extension Checks {
    /// A notification for a project that does not exist would never be sent, and nobody would notice.
    func checkNotifications() {
        guard isComplete else { return }
        for notification in settings.notifications {
            for name in notification.projects ?? [] where pipelines.projects[name] == nil && !unplaced.contains(name) {
                problems.error(
                    place("\(notification.place.path).projects"),
                    "the notification \(notification.name) is about the project \(ShownText.text(name)), which is not there",
                    hint: Spelling.hint(for: name, among: pipelines.projects.keys.sorted())
                )
            }
        }
    }
}
