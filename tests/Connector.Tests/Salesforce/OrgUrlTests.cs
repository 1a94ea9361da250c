using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Salesforce;

public sealed class OrgUrlTests
{
    private static readonly AllowedHosts InAzure = new(Options.Create(new SalesforceOptions()));
    private static readonly AllowedHosts OnLoopback = new(Options.Create(new SalesforceOptions { AllowLoopback = true }));

    [Theory]
    [InlineData("https://MyDomain.my.salesforce.com", "https://mydomain.my.salesforce.com")]
    [InlineData("https://mydomain.my.salesforce.com/", "https://mydomain.my.salesforce.com")]
    [InlineData("https://mydomain.my.salesforce.com:443", "https://mydomain.my.salesforce.com")]
    public void A_base_URL_is_reduced_to_its_origin(string text, string origin)
    {
        OrgUrl.Parse(text).ToString().ShouldBe(origin);
        OrgUrl.Parse(text).ShouldBe(OrgUrl.Parse(origin));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mydomain.my.salesforce.com")]
    [InlineData("ftp://mydomain.my.salesforce.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://mydomain.my.salesforce.com/services")]
    [InlineData("https://mydomain.my.salesforce.com/?x=1")]
    [InlineData("https://mydomain.my.salesforce.com/#x")]
    [InlineData("https://evil.example\\.my.salesforce.com")]
    public void Anything_but_an_origin_is_refused(string text) =>
        Should.Throw<FormatException>(() => OrgUrl.Parse(text)).Message.ShouldContain("base URL of an org");

    [Fact]
    public void A_password_in_a_URL_does_not_come_back_in_the_message()
    {
        var message = Should.Throw<FormatException>(() => OrgUrl.Parse("https://me:hunter2@mydomain.my.salesforce.com")).Message;
        message.ShouldNotContain("hunter2");
        message.ShouldContain("@mydomain");
    }

    [Theory]
    [InlineData("https://mydomain.my.salesforce.com")]
    [InlineData("https://mydomain--dev.sandbox.my.salesforce.com")]
    [InlineData("https://agency.my.salesforce.mil")]
    [InlineData("https://mydomain.my.sfcrmproducts.cn")]
    public void My_Domain_hosts_may_have_credentials(string url) => InAzure.Allows(OrgUrl.Parse(url)).ShouldBeTrue();

    [Theory]
    [InlineData("http://mydomain.my.salesforce.com")]
    [InlineData("https://mydomain.my.salesforce.com:8443")]
    [InlineData("https://my.salesforce.com")]
    [InlineData("https://evilmy.salesforce.com")]
    [InlineData("https://mydomain.my.salesforce.com.evil.example")]
    [InlineData("https://mydomain.my.salesforce.com.")]
    [InlineData("https://mydomain.my.salesforce.c\u043em")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://[::1]")]
    [InlineData("https://localhost")]
    [InlineData("http://127.0.0.1:7072")]
    public void Other_hosts_may_not(string url) => InAzure.Allows(OrgUrl.Parse(url)).ShouldBeFalse();

    [Theory]
    [InlineData("http://localhost:7072", true)]
    [InlineData("http://127.0.0.1:7072", true)]
    [InlineData("http://[::1]:7072", true)]
    [InlineData("http://mydomain.my.salesforce.com", false)]
    [InlineData("http://192.168.0.1", false)]
    public void Loopback_may_while_it_is_allowed(string url, bool allowed) => OnLoopback.Allows(OrgUrl.Parse(url)).ShouldBe(allowed);

    [Fact]
    public void A_listed_host_without_wildcard_is_itself_alone()
    {
        var hosts = new AllowedHosts(Options.Create(new SalesforceOptions { AllowedHosts = "one.example, *.two.example" }));
        hosts.Allows(OrgUrl.Parse("https://one.example")).ShouldBeTrue();
        hosts.Allows(OrgUrl.Parse("https://a.one.example")).ShouldBeFalse();
        hosts.Allows(OrgUrl.Parse("https://a.two.example")).ShouldBeTrue();
        hosts.Allows(OrgUrl.Parse("https://two.example")).ShouldBeFalse();
    }
}
