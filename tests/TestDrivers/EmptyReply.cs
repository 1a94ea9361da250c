using System.Net;

namespace TestDrivers;

/// <summary>What the Functions host answers by itself.</summary>
internal static class EmptyReply
{
    public static async Task ShouldBeEmptyAsync(this HttpResponseMessage reply, HttpStatusCode status)
    {
        reply.StatusCode.ShouldBe(status);
        reply.Content.Headers.ContentType.ShouldBeNull();
        (await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }
}
