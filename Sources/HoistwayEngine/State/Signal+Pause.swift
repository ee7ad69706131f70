package import HoistwayPorts

extension Signal {
    /// Returns at the next notification, after the pause, or at cancellation; without a pause it may wait for ever.
    ///
    /// Returns whether the pause has ended it.
    @discardableResult
    package func wait(since seen: UInt64, atMost pause: Duration?, by clock: any WallClock) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.wait(since: seen)
                return false
            }
            if let pause {
                // `nil`: the notification came first.
                group.addTask { (try? await clock.sleep(for: pause)) != nil }
            }
            let isOver = await group.next() ?? false
            group.cancelAll()
            return isOver
        }
    }
}
