using System.Text;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins;

/// <summary>What instances share can be read with the client secret of the one org, in the one place, and not otherwise.</summary>
public sealed class TokenSealTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("a token");

    [Fact]
    public void Who_has_the_secret_reads_it()
    {
        using var seal = Seal();
        using var others = Seal();

        others.Open(seal.Seal(Content)).ShouldBe(Content);
    }

    [Theory]
    [InlineData("another secret", "id", "https://mydomain.my.salesforce.com", "salesforce-client-secret")]
    [InlineData("secret", "another id", "https://mydomain.my.salesforce.com", "salesforce-client-secret")]
    [InlineData("secret", "id", "https://other.my.salesforce.com", "salesforce-client-secret")]
    [InlineData("secret", "id", "https://mydomain.my.salesforce.com", "salesforce-emea-client-secret")]
    public void Nobody_else_does(string secret, string id, string org, string secretName)
    {
        using var seal = Seal();
        using var other = Seal(secret, id, org, secretName);

        other.Open(seal.Seal(Content)).ShouldBeNull();
    }

    [Fact]
    public void Each_change_of_a_bit_is_noticed()
    {
        using var seal = Seal();
        var content = seal.Seal(Content);

        for (var bit = 0; bit < content.Length * 8; bit++)
        {
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            seal.Open(content).ShouldBeNull();
            content[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        seal.Open(content).ShouldBe(Content);
    }

    [Fact]
    public void What_is_cut_off_is_unreadable()
    {
        using var seal = Seal();
        var content = seal.Seal(Content);

        for (var length = 0; length < content.Length; length++)
        {
            seal.Open(content.AsSpan(0, length)).ShouldBeNull();
        }
    }

    [Fact]
    public void The_same_content_never_looks_the_same()
    {
        using var seal = Seal();

        Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(seal.Seal(Content))).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public void A_secrets_name_in_other_case_is_the_same_secret()
    {
        using var seal = Seal();
        using var others = Seal(secretName: "Salesforce-Client-Secret");

        others.Open(seal.Seal(Content)).ShouldBe(Content);
    }

    private static TokenSeal Seal(
        string secret = "secret",
        string id = "id",
        string org = "https://mydomain.my.salesforce.com",
        string secretName = "salesforce-client-secret") =>
        new(OrgUrl.Parse(org), secretName, id, Encoding.UTF8.GetBytes(secret));
}
