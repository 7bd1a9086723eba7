// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "../../contracts/interfaces/IDisputeDesk.sol";
import "../../contracts/interfaces/IParcelLedger.sol";
import "../../contracts/interfaces/IParticipantRegistry.sol";
import "../../contracts/interfaces/IPolicyBook.sol";
import "../../contracts/interfaces/IRefundEscrow.sol";
import "../../contracts/interfaces/IReturnLedger.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IHistory} from "../../contracts/interfaces/IHistory.sol";
import {Authorisation, ISignedRequests} from "../../contracts/interfaces/ISignedRequests.sol";
import {Fees} from "../../contracts/libraries/RefundRule.sol";
import {vm} from "./Vm.sol";

/// @notice The deployed contracts, a council of three of whom two must sign, members and policies.
/// @dev Type strings are written a second time here, so that a wrong one in the contracts does not pass.
abstract contract Setup {
    uint32 internal constant SELLER = 1;
    uint32 internal constant OTHER_SELLER = 2;
    uint32 internal constant CARRIER = 3;
    uint32 internal constant INSPECTOR = 4;
    uint32 internal constant OTHER_CARRIER = 5;
    uint32 internal constant ARBITRATOR = 6; // The first of those who are nothing else.
    uint32 internal constant MEMBERS = 9;
    uint32 internal constant SERIES = 3; // Policies of each seller.
    uint16 internal constant TOO_LARGE = 3;
    uint16 internal constant DEFECTIVE = 6;
    uint16 internal constant DAMAGED = 9;
    uint16 internal constant FINAL_SALE = 101;
    uint16 internal constant CORRECTED = 201;
    uint64 internal constant START = 1_800_000_000; // Unix seconds UTC.
    uint64 internal constant FAR = 10 ** 11;
    uint256 internal constant P256 = 1 << 200; // A key with this bit is a P-256 key, any other a secp256k1 key.
    uint256 internal constant P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;
    uint256 internal constant SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    string internal constant FEES =
        "Fees(uint16 restockingChangeOfMindBasisPoints,uint16 restockingSellerFaultBasisPoints,uint16 restockingCarrierFaultBasisPoints,uint48 returnShippingChangeOfMindMinor,uint48 returnShippingSellerFaultMinor,uint48 returnShippingCarrierFaultMinor,bool refundsDelivery)";
    string internal constant METHODS = "ReturnMethods(bytes2 country,uint16 methods)";
    string internal constant TERMS =
        "Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,uint32 confirm_s,uint32 grace_s,uint32 supply_s,uint32 reopen_s,uint32 recovery_s,uint32 withdrawal_s,uint32 uninformed_s,uint8 resolutions,uint8 choices,bytes3 currency,Fees fees)";
    string internal constant DISPUTES =
        "DisputeTerms(uint32 dispute_s,uint32 respond_s,uint32 inquiry_s,uint32 evidence_s,uint32 rule_s,uint32 appeal_s,uint48 costMinor,bool buyerByDefault,address arbitrator)";
    string internal constant AWARDED_LINE =
        "AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)";
    string internal constant AWARD =
        "Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)";
    string internal constant REFERENCE = "ParcelReference(uint32 carrier,bytes32 tracking)";
    string internal constant SOLD =
        "SoldLine(uint24 quantity,uint48 netMinor,uint48 discountMinor,uint48 taxMinor,uint48 dutyMinor,bool finalSale)";

    IParticipantRegistry internal registry;
    IPolicyBook internal policies;
    IParcelLedger internal parcels;
    IReturnLedger internal ledger;
    IRefundEscrow internal escrow;
    IDisputeDesk internal desk;
    uint64 internal clock; // The optimiser may keep an older block.timestamp, so time is read here.
    uint256 internal nonces = 1_000;
    uint256[] internal council;
    mapping(uint32 participant => uint256[]) internal keysOf;
    mapping(address target => bytes32) internal domainOf;
    mapping(uint256 key => address) private _p256Addresses; // Looked up often, and slow to compute.

    /* DEPLOYMENT */

    function _deploy() internal {
        _warp(START);
        address[] memory members = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            council.push(i == 2 ? _newP256Key() : _newKey());
            members[i] = _addressOf(council[i]);
        }
        bytes memory arguments = abi.encode(members, uint8(2), _reasons());
        registry = IParticipantRegistry(vm.deployCode("ParticipantRegistry.sol:ParticipantRegistry", arguments));
        policies = IPolicyBook(vm.deployCode("PolicyBook.sol:PolicyBook", abi.encode(registry)));
        parcels = IParcelLedger(vm.deployCode("ParcelLedger.sol:ParcelLedger", abi.encode(registry)));
        arguments = abi.encode(registry, policies, parcels);
        address[4] memory parts = [
            vm.deployCode("ReturnRequests.sol:ReturnRequests", arguments),
            vm.deployCode("ReturnGoods.sol:ReturnGoods", arguments),
            vm.deployCode("ReturnSettlement.sol:ReturnSettlement", arguments),
            vm.deployCode("ReturnDisputes.sol:ReturnDisputes", arguments)
        ];
        uint64 nonce = vm.getNonce(address(this));
        address futureEscrow = vm.computeCreateAddress(address(this), nonce + 1);
        address futureDesk = vm.computeCreateAddress(address(this), nonce + 3);
        arguments = abi.encode(registry, policies, parcels, parts, futureEscrow, futureDesk);
        ledger = IReturnLedger(vm.deployCode("ReturnLedger.sol:ReturnLedger", arguments));
        escrow = IRefundEscrow(vm.deployCode("RefundEscrow.sol:RefundEscrow", abi.encode(registry, ledger)));
        arguments = abi.encode(registry, policies, ledger);
        address rulings = vm.deployCode("DisputeRulings.sol:DisputeRulings", arguments);
        arguments = abi.encode(registry, policies, ledger, rulings);
        desk = IDisputeDesk(vm.deployCode("DisputeDesk.sol:DisputeDesk", arguments));
        require(address(escrow) == futureEscrow, "the escrow is not where the ledger looks for it");
        require(address(desk) == futureDesk, "the desk is not where the ledger looks for it");
        domainOf[address(desk)] = _domain("DisputeDesk", address(desk));
        domainOf[address(escrow)] = _domain("RefundEscrow", address(escrow));
        domainOf[address(registry)] = _domain("ParticipantRegistry", address(registry));
        domainOf[address(policies)] = _domain("PolicyBook", address(policies));
        domainOf[address(parcels)] = _domain("ParcelLedger", address(parcels));
        domainOf[address(ledger)] = _domain("ReturnLedger", address(ledger));
        ListContract memory listed = ListContract("ReturnLedger", address(ledger));
        bytes32 kind = keccak256("ListContract(bytes32 kind,address at,uint256 nonce,uint64 deadline)");
        registry.listContract(listed, _councilSigns(abi.encode(kind, listed)));
        for (uint32 participant = 1; participant <= MEMBERS; ++participant) _admit(participant);
        for (uint32 series = 1; series <= SERIES; ++series) {
            _publish(SELLER, series);
            _publish(OTHER_SELLER, series);
        }
    }

    function _reasons() internal pure returns (Reason[] memory list) {
        list = new Reason[](5);
        list[0] = Reason(TOO_LARGE, CATEGORY_CHANGE_OF_MIND, "size_too_large");
        list[1] = Reason(DEFECTIVE, CATEGORY_SELLER_FAULT, "defective");
        list[2] = Reason(DAMAGED, CATEGORY_CARRIER_FAULT, "arrived_damaged");
        list[3] = Reason(FINAL_SALE, CATEGORY_DECLINE, "final_sale");
        list[4] = Reason(CORRECTED, CATEGORY_CORRECTION, "did_not_occur");
    }

    function _rolesAtFirst(uint32 participant) internal pure returns (uint16) {
        if (participant >= ARBITRATOR) return ROLE_ARBITRATOR;
        if (participant == OTHER_SELLER) return ROLE_SELLER | ROLE_INSPECTOR | ROLE_ARBITRATOR;
        if (participant == CARRIER) return ROLE_CARRIER | ROLE_ARBITRATOR;
        if (participant == OTHER_CARRIER) return ROLE_CARRIER;
        return participant == INSPECTOR ? ROLE_INSPECTOR | ROLE_ARBITRATOR : ROLE_SELLER;
    }

    /// @dev With two keys; the second one of a seller and of a carrier is a P-256 key.
    function _admit(uint32 participant) private {
        AdmitParticipant memory admission =
            AdmitParticipant(participant, _rolesAtFirst(participant), bytes32("directory"));
        registry.admitParticipant(admission, _councilSigns(_admitFields(admission)));
        bool browser = participant == SELLER || participant == CARRIER;
        for (uint256 i = 0; i < 2; ++i) {
            uint256 key = browser && i == 1 ? _newP256Key() : _newKey();
            AddKey memory request = AddKey(participant, _addressOf(key), i == 1);
            registry.addKey(request, _councilSigns(_addKeyFields(request)));
            keysOf[participant].push(key);
        }
    }

    function _publish(uint32 participant, uint32 series) private {
        PublishPolicy memory request = _policy(participant, series, 1);
        bytes memory fields = _publishFields(request);
        policies.publishPolicy(request, _signs(address(policies), fields, keysOf[participant][0]));
    }

    function _policy(uint32 participant, uint32 series, uint32 version)
        internal
        pure
        returns (PublishPolicy memory request)
    {
        request.participant = participant;
        request.series = series;
        request.version = version;
        request.terms = _terms(series);
        request.disputes = _disputes(series);
        request.methods = new ReturnMethods[](2);
        request.methods[0] = ReturnMethods("DE", 3);
        request.methods[1] = ReturnMethods("PL", 5);
        request.document = bytes32("terms");
    }

    /// @dev 1: as shops have it. 2: everything against the buyer, hours only, no grace. 3: everything for the buyer.
    function _terms(uint32 series) internal pure returns (Terms memory t) {
        t = Terms({
            window_s: 30 days,
            answer_s: 3 days,
            send_s: 14 days,
            transit_s: 21 days,
            inspect_s: 7 days,
            pay_s: 14 days,
            confirm_s: 10 days,
            grace_s: 2 days,
            supply_s: 5 days,
            reopen_s: 6 days,
            recovery_s: 4 days,
            withdrawal_s: 14 days,
            uninformed_s: 365 days,
            resolutions: 0x1e,
            choices: 0,
            currency: "EUR",
            fees: Fees(1_000, 0, 0, 250, 0, 0, false)
        });
        if (series == 2) {
            (t.answer_s, t.send_s, t.transit_s, t.inspect_s) = (1 hours, 2 hours, 3 hours, 4 hours);
            (t.pay_s, t.confirm_s, t.grace_s, t.supply_s, t.reopen_s) = (5 hours, 6 hours, 0, 1 seconds, 7 hours);
            (t.uninformed_s, t.resolutions, t.choices) = (0, 0x0a, CHOICE_LOSS_IS_BUYERS);
            t.fees = Fees(10_000, 3_333, 1, 2 ** 47, 700, 300, false);
        } else if (series == 3) {
            (t.choices, t.fees) = (CHOICE_LATE_SILENCE_APPROVES, Fees(0, 0, 0, 0, 0, 0, true));
        }
    }

    /// @dev 1: nobody decides, nothing changes. 2: hours, and costs above all. 3: nobody decides, the claim is right.
    function _disputes(uint32 series) internal pure returns (DisputeTerms memory) {
        if (series == 2) {
            return DisputeTerms(5 hours, 1 hours, 2 hours, 3 hours, 4 hours, 5 hours, 2 ** 47, false, address(0));
        }
        return DisputeTerms(5 days, 3 days, 4 days, 2 days, 6 days, 7 days, 1_500, series == 3, address(0));
    }

    /* TIME AND KEYS */

    function _warp(uint64 time) internal {
        clock = time;
        vm.warp(time);
    }

    function _newKey() internal returns (uint256) {
        return ++nonces;
    }

    function _newP256Key() internal returns (uint256 key) {
        key = P256 | _newKey();
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        _p256Addresses[key] = address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    function _addressOf(uint256 key) internal view returns (address) {
        return _isP256(key) ? _p256Addresses[key] : vm.addr(key);
    }

    function _isP256(uint256 key) internal pure returns (bool) {
        return key & P256 != 0;
    }

    /* SIGNING */

    function _domain(string memory name, address at) private view returns (bytes32) {
        bytes32 kind =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(kind, keccak256(bytes(name)), keccak256("1"), block.chainid, at));
    }

    function _digestOf(bytes32 domain, bytes memory fields, uint256 nonce, uint64 deadline)
        internal
        pure
        returns (bytes32)
    {
        bytes32 hashed = keccak256(bytes.concat(fields, abi.encode(nonce, deadline)));
        return keccak256(bytes.concat(hex"1901", domain, hashed));
    }

    /// @dev A browser's P-256 key cannot sign a bare digest, so it signs SHA-256 of it.
    function _rawSign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        return _signHash(key, _isP256(key) ? sha256(abi.encode(digest)) : digest);
    }

    /// @dev secp256k1: r, s, v. P-256: x, y, r, s.
    function _signHash(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        if (_isP256(key)) return _signP256(key, hash);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    function _signP256(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        (bytes32 r, bytes32 low) = vm.signP256(key, hash);
        uint256 s = uint256(low);
        if (s > P256_ORDER / 2) s = P256_ORDER - s;
        return abi.encode(x, y, r, s);
    }

    /// @dev A faultless authorisation with a nonce of its own.
    function _signs(address target, bytes memory fields, uint256 key) internal returns (Authorisation memory) {
        return _signsAs(target, fields, key, ++nonces);
    }

    function _signsAs(address target, bytes memory fields, uint256 key, uint256 nonce)
        private
        view
        returns (Authorisation memory)
    {
        bytes32 digest = _digestOf(domainOf[target], fields, nonce, FAR);
        return Authorisation(_addressOf(key), nonce, FAR, _rawSign(key, digest));
    }

    function _councilSigns(bytes memory fields) internal returns (Authorisation[] memory signed) {
        uint256 nonce = ++nonces;
        signed = new Authorisation[](2);
        for (uint256 i = 0; i < 2; ++i) signed[i] = _signsAs(address(registry), fields, council[i], nonce);
    }

    /* WHAT IS SIGNED */

    function _admitFields(AdmitParticipant memory request) internal pure returns (bytes memory) {
        return abi.encode(
            keccak256(
                "AdmitParticipant(uint32 participant,uint16 roles,bytes32 directory,uint256 nonce,uint64 deadline)"
            ),
            request
        );
    }

    function _addKeyFields(AddKey memory request) internal pure returns (bytes memory) {
        return abi.encode(
            keccak256("AddKey(uint32 participant,address key,bool inCustody,uint256 nonce,uint64 deadline)"), request
        );
    }

    function _publishFields(PublishPolicy memory request) internal pure returns (bytes memory) {
        bytes32[] memory methods = new bytes32[](request.methods.length);
        for (uint256 i = 0; i < methods.length; ++i) {
            methods[i] = keccak256(abi.encode(keccak256(bytes(METHODS)), request.methods[i]));
        }
        return abi.encode(
            keccak256(
                abi.encodePacked(
                    "PublishPolicy(uint32 participant,uint32 series,uint32 version,Terms terms,DisputeTerms disputes,ReturnMethods[] methods,bytes32 document,uint256 nonce,uint64 deadline)",
                    DISPUTES,
                    FEES,
                    METHODS,
                    TERMS
                )
            ),
            request.participant,
            request.series,
            request.version,
            _termsHash(request.terms),
            keccak256(abi.encode(keccak256(bytes(DISPUTES)), request.disputes)),
            keccak256(abi.encodePacked(methods)),
            request.document
        );
    }

    function _termsHash(Terms memory t) private pure returns (bytes32) {
        bytes memory head = bytes.concat(
            abi.encode(keccak256(abi.encodePacked(TERMS, FEES)), t.window_s, t.answer_s, t.send_s, t.transit_s),
            abi.encode(t.inspect_s, t.pay_s, t.confirm_s, t.grace_s, t.supply_s, t.reopen_s, t.recovery_s),
            abi.encode(t.withdrawal_s, t.uninformed_s, t.resolutions, t.choices, t.currency)
        );
        return keccak256(bytes.concat(head, keccak256(abi.encode(keccak256(bytes(FEES)), t.fees))));
    }

    /// @dev The type string of an act of a dispute that names an award.
    function _withAward(string memory kind) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(kind, AWARD, AWARDED_LINE));
    }

    function _awardHash(Award memory award) internal pure returns (bytes32) {
        bytes32[] memory lines = new bytes32[](award.lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            lines[i] = keccak256(abi.encode(keccak256(bytes(AWARDED_LINE)), award.lines[i]));
        }
        return keccak256(
            abi.encode(
                _withAward(""),
                award.extraMinor,
                award.unpaidMinor,
                award.buyerCostBasisPoints,
                keccak256(abi.encodePacked(lines))
            )
        );
    }

    function _openDisputeFields(OpenDispute memory request) internal pure returns (bytes memory) {
        bytes32[] memory references = new bytes32[](request.parcels.length);
        for (uint256 i = 0; i < references.length; ++i) {
            references[i] = keccak256(abi.encode(keccak256(bytes(REFERENCE)), request.parcels[i]));
        }
        return abi.encode(
            keccak256(
                abi.encodePacked(
                    "OpenDispute(bytes32 returnId,uint32 number,uint32 participant,uint8 ground,bytes32 statement,bytes32 seedHash,Award claim,ParcelReference[] parcels,uint256 nonce,uint64 deadline)",
                    AWARD,
                    AWARDED_LINE,
                    REFERENCE
                )
            ),
            request.returnId,
            request.number,
            request.participant,
            request.ground,
            request.statement,
            request.seedHash,
            _awardHash(request.claim),
            keccak256(abi.encodePacked(references))
        );
    }

    function _rulingFields(GiveRuling memory request) internal pure returns (bytes memory) {
        return abi.encode(
            _withAward(
                "GiveRuling(bytes32 dispute,uint32 participant,uint8 verdict,Award award,bytes32 reasons,uint256 nonce,uint64 deadline)"
            ),
            request.dispute,
            request.participant,
            request.verdict,
            _awardHash(request.award),
            request.reasons
        );
    }

    function _panelFields(GivePanelRuling memory request) internal pure returns (bytes memory) {
        return abi.encode(
            _withAward(
                "GivePanelRuling(bytes32 dispute,uint8 verdict,Award award,bytes32 reasons,uint256 nonce,uint64 deadline)"
            ),
            request.dispute,
            request.verdict,
            _awardHash(request.award),
            request.reasons
        );
    }

    function _receiptHash(Receipt memory receipt) internal pure returns (bytes32) {
        bytes32[] memory lines = new bytes32[](receipt.lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            lines[i] = keccak256(abi.encode(keccak256(bytes(SOLD)), receipt.lines[i]));
        }
        bytes32 kind = keccak256(
            abi.encodePacked(
                "Receipt(uint32 seller,uint32 series,uint32 policyVersion,bytes3 currency,uint64 soldAt,uint48 deliveryMinor,bool consumer,bool informed,address claimKey,bytes32 order,SoldLine[] lines)",
                SOLD
            )
        );
        bytes memory head = abi.encode(kind, receipt.seller, receipt.series, receipt.policyVersion, receipt.currency);
        bytes memory tail = abi.encode(
            receipt.soldAt,
            receipt.deliveryMinor,
            receipt.consumer,
            receipt.informed,
            receipt.claimKey,
            receipt.order,
            keccak256(abi.encodePacked(lines))
        );
        return keccak256(bytes.concat(head, tail));
    }
}
