import HoistwayModel
import Testing

@testable import HoistwayKubernetes

struct ReflectorCourseTests {
    private func failure(_ reason: KubernetesFailure.Reason, pause: Duration? = nil) -> KubernetesFailure {
        let request = KubernetesRequest(.watch, Widget.resource, in: nil)
        return KubernetesFailure(reason, cluster: "main", request: request, pause: pause)
    }

    private func course(at version: String?) -> ReflectorCourse {
        var course = ReflectorCourse(options: ReflectorOptions())
        course.version = version
        return course
    }

    @Test func `pauses double up to half a minute, are spread, and begin anew after good news`() {
        var course = course(at: "1")
        var pauses: [Duration] = []
        for _ in 0..<7 {
            course.failed(failure(.unreachable))
            pauses.append(course.pause(random: 0) ?? .zero)
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30].map { Duration.seconds($0) })
        #expect(course.pause(random: 1) == .seconds(37.5))
        course.progressed(to: "2")
        course.failed(failure(.unreachable))
        #expect(course.pause(random: 0) == .seconds(1))
        #expect(course.version == "2")
    }

    @Test func `a pause that the server names is kept`() {
        var course = course(at: "1")
        course.failed(failure(.tooManyRequests, pause: .seconds(90)))
        #expect(course.pause(random: 0) == .seconds(90))
    }

    @Test func `versions that are gone are no disconnection, unless they are gone again and again`() {
        var course = course(at: "1")
        course.failed(failure(.expired))
        #expect(course.version == nil && !course.isDisconnected && course.pause(random: 0) == nil)
        course.version = "2"
        course.failed(failure(.expired))
        #expect(course.version == nil && course.isDisconnected && course.pause(random: 0) == .seconds(2))
        course.version = "3"
        course.ended(after: .seconds(290))
        course.failed(failure(.expired))
        #expect(course.version == nil && !course.isDisconnected && course.pause(random: 0) == nil)
    }

    @Test func `after a server was away, versions that are gone are listed at once`() {
        var course = course(at: "1")
        course.failed(failure(.unreachable))
        course.compared(with: "1")
        course.failed(failure(.expired))
        #expect(course.version == nil && !course.isDisconnected && course.pause(random: 0) == nil)
    }

    @Test(arguments: [
        ("1000", "999", nil), ("1000", "1000", "1000"), ("1000", "1001", "1000"), ("99", "100", "99"),
        ("0099", "100", "0099"), ("100", "0099", nil), ("1000", "abc", nil), ("abc", "1000", nil), ("5", "", nil),
        ("18446744073709551616", "18446744073709551615", nil),
    ])
    func `a watch that broke goes on where it was, unless the server has come back with an older state`(
        _ known: String,
        _ present: String,
        _ version: String?
    ) {
        var course = course(at: known)
        course.failed(failure(.unreachable))
        #expect(course.mustCompare && course.version == known)
        course.compared(with: present)
        #expect(course.version == version && !course.mustCompare)
    }

    @Test(arguments: [
        [KubernetesFailure.Reason.unreachable, .unreachable], [.serverError(status: 503), .unauthorized], [.timedOut],
    ])
    func `of a server that was away or silent for longer, all is listed`(_ reasons: [KubernetesFailure.Reason]) {
        var course = course(at: "1")
        for reason in reasons { course.failed(failure(reason)) }
        #expect(course.version == nil && !course.mustCompare)
    }

    @Test func `a server that ends each watch at once is not asked without end`() {
        var course = course(at: "1")
        course.ended(after: .milliseconds(1))
        #expect(course.pause(random: 0) == nil)
        course.ended(after: .milliseconds(1))
        #expect(course.pause(random: 0) == .seconds(2))
        course.ended(after: .seconds(290))
        #expect(course.pause(random: 0) == nil)
        #expect(!course.isDisconnected && course.version == "1")
    }
}
